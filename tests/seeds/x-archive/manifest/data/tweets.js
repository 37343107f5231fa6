window.YTD.tweets.part0 = [
  {
    "tweet": {
      "id": "9",
      "id_str": "9",
      "created_at": "Wed Nov 12 19:01:02 +0000 2025",
      "full_text": "Fog #harbour",
      "lang": "en",
      "source": "<a href=\"https://mobile.twitter.com\" rel=\"nofollow\">Twitter Web App</a>",
      "entities": {
        "urls": [
          {
            "url": "https://t.co/a",
            "expanded_url": "https://example.org/fog"
          }
        ],
        "hashtags": [
          {
            "text": "harbour",
            "indices": [
              "4",
              "12"
            ]
          }
        ]
      }
    }
  }
]