window.YTD.email_address_change.part0 = [
  {
    "emailAddressChange": {
      "accountId": "1042",
      "emailChange": {
        "changedAt": "2023-09-12T17:10:37.000Z",
        "changedFrom": "old@example.net",
        "changedTo": "new@example.org"
      }
    }
  }
]