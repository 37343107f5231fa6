window.YTD.tweet_headers.part0 = [
  {
    "tweet": {
      "tweet_id": "12",
      "user_id": "1042",
      "created_at": "Wed Nov 12 19:01:02 +0000 2025"
    }
  }
]