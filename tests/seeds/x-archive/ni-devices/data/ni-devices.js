window.YTD.ni_devices.part0 = [
  {
    "niDeviceResponse": {
      "messagingDevice": {
        "deviceType": "Auth",
        "carrier": "us.verizon",
        "phoneNumber": "+12025550123",
        "createdDate": "2020.02.01"
      }
    }
  }
]