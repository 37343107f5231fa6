window.YTD.personalization.part0 = [
  {
    "p13nData": {
      "demographics": {
        "languages": [
          {
            "language": "French",
            "isDisabled": false
          },
          {
            "language": "English",
            "isDisabled": true
          }
        ],
        "genderInfo": {
          "gender": "male"
        }
      },
      "locationHistory": [
        "Gex, Switzerland"
      ],
      "interests": {
        "names": [
          "Ships"
        ]
      }
    }
  }
]