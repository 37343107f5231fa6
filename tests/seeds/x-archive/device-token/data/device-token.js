window.YTD.device_token.part0 = [
  {
    "deviceToken": {
      "clientApplicationId": "258901",
      "clientApplicationName": "Twitter for Android",
      "token": "abcdefabcdefabcdef",
      "createdAt": "2022-01-01T00:00:00.000Z",
      "lastSeenAt": "2023-01-01T00:00:00.000Z"
    }
  }
]