window.YTD.key_registry.part0 = [
  {
    "registeredDevices": {
      "deviceMetadataList": [
        {
          "userAgent": "TwitterAndroid/9",
          "deviceId": "f00f00f00f00f00",
          "createdAt": "2022-02-01T00:00:00.000Z"
        }
      ]
    }
  }
]