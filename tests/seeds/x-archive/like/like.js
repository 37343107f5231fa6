window.YTD.like.part0 = [
  {
    "x": {
      "tweetId": "1"
    }
  }
]