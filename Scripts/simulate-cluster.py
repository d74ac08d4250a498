#!/usr/bin/env python3
"""What limits a large cluster first: 10,000 jobs on 500 nodes, by discrete events, with the daemon's polling and submission as built.

    Scripts/simulate-cluster.py [--nodes 500] [--jobs 10000] [--workers 1000] [--seed 1] ...

The daemon is three servers with one queue each: the line of plans (one look at a picture at a time, left out with slurm.memory), the line of client
programs (sbatch), and its loop (claims, records and publications, each longer the more jobs it knows). A job that has ended on its node is noticed at
the next look, and gives its place to the next. Defaults are what was measured; see Documentation/Cluster.md.
"""
import argparse
import heapq
import random


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=500, help="each runs one job at a time")
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1000, help="jobs that are out at once")
    parser.add_argument("--durations", type=float, nargs="+", default=[5, 30, 120, 600, 3600], help="seconds that a job takes on its node, on average")
    parser.add_argument("--poll", type=float, default=5, help="poll_interval, in seconds")
    parser.add_argument("--plan", type=float, default=0.04, help="seconds of a look at a job's pictures")
    parser.add_argument("--sbatch", type=float, default=0.05, help="seconds of a submission: records, script and sbatch")
    parser.add_argument("--launch", type=float, default=1, help="seconds from a free node to a job's begin there")
    parser.add_argument("--event", type=float, default=0.001, help="seconds of an event in the loop")
    parser.add_argument("--event-job", type=float, default=4e-6, help="seconds more for each job that the daemon knows")
    parser.add_argument("--publish", type=float, default=0.02, help="seconds of a publication")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class Server:
    """Does one thing after the other."""

    def __init__(self):
        self.free_at = 0.0
        self.busy = 0.0

    def take(self, now, seconds):
        """When something that comes now is done."""
        self.free_at = max(self.free_at, now) + seconds
        self.busy += seconds
        return self.free_at


def simulate(options, duration):
    """Seconds until the last job is published, the share of the time that nodes painted, and the share that each server was busy."""
    chance = random.Random(options.seed)
    plans, clients, loop = Server(), Server(), Server()
    events, order = [], 0

    def at(time, kind):
        nonlocal order
        order += 1
        heapq.heappush(events, (time, order, kind))

    known = min(options.jobs, max(options.workers, 1000))  # queue_limit
    waiting, pending, painting, done, painted = options.jobs, 0, 0, 0, 0.0

    def event(now):
        return loop.take(now, options.event + options.event_job * known)

    def start(now):
        """Has the next job submitted, in a place that is free."""
        nonlocal waiting
        if waiting == 0:
            return
        waiting -= 1
        planned = plans.take(event(now), options.plan)
        at(clients.take(planned, options.sbatch), "submitted")

    for _ in range(options.workers):
        start(0)
    now = 0.0
    while done < options.jobs:
        now, _, kind = heapq.heappop(events)
        if kind == "submitted":
            pending += 1
        elif kind == "free":
            painting -= 1
            at(now + chance.uniform(0, options.poll), "seen")
        elif kind == "seen":
            finished = loop.take(event(now), options.publish)
            at(finished, "published")
        elif kind == "published":
            done += 1
            start(now)
        while pending > 0 and painting < options.nodes:
            pending -= 1
            painting += 1
            seconds = duration * chance.lognormvariate(-0.08, 0.4)  # of mean 1
            painted += seconds
            at(now + options.launch + seconds, "free")
    return now, painted / (options.nodes * now), {"plans": plans.busy / now, "sbatch": clients.busy / now, "loop": loop.busy / now}


def main():
    options = arguments()
    print(f"{options.jobs} jobs on {options.nodes} nodes, {options.workers} out at once, seed {options.seed}")
    print("| seconds a job | all done after | jobs a minute | nodes at work | busy: plans | sbatch | loop | limit |")
    print("|---|---|---|---|---|---|---|---|")
    for duration in options.durations:
        end, share, busy = simulate(options, duration)
        limit = max(busy, key=busy.get) if max(busy.values()) > share else "nodes"
        print(
            f"| {duration:g} | {end / 60:.1f} min | {options.jobs * 60 / end:.0f} | {share:.0%} | {busy['plans']:.0%} | {busy['sbatch']:.0%} "
            f"| {busy['loop']:.0%} | {limit} |")


main()
