bind = "0.0.0.0:9003"
workers = 1
