window.YTD.follower.part0 = [
  {
    "follower": {
      "accountId": "7"
    }
  },
  {
    "follower": {
      "accountId": "8"
    }
  }
]