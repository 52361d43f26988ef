"""The web server: the published files with conditional GET, and the few answers that are no file.

A child process of the daemon (`server.start`), granian with one worker that loads `feedsvc.web.app:app`.
"""
