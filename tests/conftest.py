"""Every test runs torch as the dashboard does; threads of several workers would wait for one another."""

from dashboard.warmup import warm_up

warm_up()
