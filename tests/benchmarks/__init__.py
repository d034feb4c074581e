"""What a page costs: `make bench` prints CPU time per request, and its ratio to a bare Django view.

A tool to look with, never a test: machines differ, and a busy one would fail the suite for nothing.
"""
