"""What the native kernels are, in plain Python."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

TIE = 1e-9
MASK = 2**64 - 1


class Draws:
    """splitmix64."""

    def __init__(self, seed):
        self.state = int(seed)

    def below(self, count):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        return ((z >> 32) * count) >> 32


def log_rank(times, events, left):
    """The statistic (O - E)^2 / V of one side of a split, over every time of an event."""
    observed = variance = 0.0
    for t in np.unique(times[events]):
        at_risk, died = times >= t, events & (times == t)
        y, d, y_left = at_risk.sum(), died.sum(), (at_risk & left).sum()
        observed += (died & left).sum() - d * y_left / y
        if y > 1:
            variance += d * (y_left / y) * (1 - y_left / y) * (y - d) / (y - 1)
    return observed**2 / variance if variance > TIE else 0.0


def nelson_aalen(times, events, at):
    """(m,) cumulative hazards."""
    steps = [(events & (times == t)).sum() / max((times >= t).sum(), 1) for t in at]
    return np.cumsum(steps)


def grow(rows, times, events, counts, seed, rule):
    """One tree: nodes (feature, threshold, left, right, hazards), children behind parents, left before right."""
    tried, leaf_rows, depth = rule
    every = np.unique(times[events])
    draws, features, nodes = Draws(seed), list(range(rows.shape[1])), []

    def split_of(bag):
        best, found = 0.0, None
        drawn = np.repeat(bag, counts[bag])
        left_over, valid = len(features), 0
        while left_over and valid < tried:
            k = draws.below(left_over)
            features[k], features[left_over - 1] = features[left_over - 1], features[k]
            left_over -= 1
            f = features[left_over]
            values = np.unique(rows[bag, f])
            valid += len(values) > 1
            for low, high in pairwise(values):
                left = rows[bag, f] <= low
                if min(left.sum(), (~left).sum()) < leaf_rows:
                    continue
                statistic = log_rank(times[drawn], events[drawn], rows[drawn, f] <= low)
                if statistic > best * (1 + TIE) + TIE:
                    best, found = statistic, (f, (low + high) / 2)
        return found

    def add(bag, level):
        place = len(nodes)
        nodes.append(None)
        drawn = np.repeat(bag, counts[bag])
        found = None
        if level < depth and len(bag) >= 2 * leaf_rows and events[bag].any():
            found = split_of(bag)
        if found is None:
            nodes[place] = (-1, 0.0, -1, -1, nelson_aalen(times[drawn], events[drawn], every))
            return place
        goes_left = rows[bag, found[0]] <= found[1]
        left = add(bag[goes_left], level + 1)
        right = add(bag[~goes_left], level + 1)
        nodes[place] = (*found, left, right, None)
        return place

    add(np.flatnonzero(counts), 0)
    return nodes


def partial_likelihood(x, y, weights, coefficients, efron):
    """Cox's log partial likelihood, a sum over each event and those at risk."""
    times, had, score = y["time_days"], y["event"] == 1, x @ coefficients
    total = 0.0
    for t in np.unique(times[had & (weights > 0)]):
        tied = np.flatnonzero(had & (times == t) & (weights > 0))
        at_risk = (weights * np.exp(score))[times >= t].sum()
        of_tied = (weights * np.exp(score))[tied].sum()
        for k, n in enumerate(tied):
            taken = k / len(tied) * of_tied if efron else 0.0
            mean = weights[tied].mean() if efron else weights[n]
            total += weights[n] * score[n] - mean * np.log(at_risk - taken)
    return total


def subdistribution_likelihood(x, y, coefficients):
    """Fine and Gray's: who had a competing event stays at risk by the chance to be still uncensored."""
    times, events, score = y["time_days"], y["event"], x @ coefficients

    def uncensored_before(t):
        chance = 1.0
        for s in np.unique(times[(events == 0) & (times < t)]):
            chance *= 1 - ((events == 0) & (times == s)).sum() / (times >= s).sum()
        return chance

    total = 0.0
    for n in np.flatnonzero(events == 1):
        at_risk = 0.0
        for k in range(len(x)):
            if times[k] >= times[n]:
                at_risk += np.exp(score[k])
            elif events[k] >= 2:
                at_risk += uncensored_before(times[n]) / uncensored_before(times[k]) * np.exp(score[k])
        total += score[n] - np.log(at_risk)
    return total
