window.YTD.ip_audit.part0 = [
  {
    "ipAudit": {
      "accountId": "1042",
      "createdAt": "2026-01-02T03:04:05.678Z",
      "loginIp": "192.0.2.1"
    }
  },
  {
    "ipAudit": {
      "accountId": "1042",
      "createdAt": "2026-01-03T03:04:05.678Z",
      "loginIp": "2001:db8::1",
      "loginPortNumber": "50123"
    }
  }
]