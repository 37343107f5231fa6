window.YTD.phone_number.part0 = [
  {
    "device": {
      "phoneNumber": "+381601234567"
    }
  }
]
