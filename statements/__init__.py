"""Files that banks, Alipay and WeChat Pay export → transactions (P1)."""
