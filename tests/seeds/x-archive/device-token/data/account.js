window.YTD.account.part0 = [
  {
    "account": {
      "accountId": "1042",
      "username": "quay_watch",
      "accountDisplayName": "Quay",
      "createdVia": "web",
      "email": "quay@example.org",
      "createdAt": "2021-05-06T07:08:09.000Z"
    }
  }
]