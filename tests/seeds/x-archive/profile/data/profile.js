window.YTD.profile.part0 = [
  {
    "profile": {
      "description": {
        "bio": "At sea",
        "location": "Novi Sad",
        "website": ""
      }
    }
  }
]