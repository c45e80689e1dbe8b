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
    """One survival tree: nodes (feature, threshold, left, right, hazards), children behind parents, left before right."""
    every = np.unique(times[events])

    def statistic(bag, left):
        drawn = np.repeat(np.arange(len(bag)), counts[bag])
        return log_rank(times[bag][drawn], events[bag][drawn], left[drawn])

    def better(found, best, bag):
        return found > (best or 0.0) * (1 + TIE) + TIE

    def says(bag):
        drawn = np.repeat(bag, counts[bag])
        return nelson_aalen(times[drawn], events[drawn], every)

    draws = Draws(seed)
    return _grow(
        rows, np.flatnonzero(counts), draws, rule, (lambda bag: events[bag].any(), statistic, better, says)
    )


def squared_error(targets, weights):
    """(n, k) about their weighted mean."""
    return (weights[:, None] * (targets - np.average(targets, axis=0, weights=weights)) ** 2).sum()


def grow_mean(rows, targets, weights, draws, rule, bag=None):
    """One tree of numbers (n, k): nodes (feature, threshold, left, right, rows of the leaf)."""

    def gain(bag, left):
        sides = (bag[left], bag[~left])
        return squared_error(targets[bag], weights[bag]) - sum(
            squared_error(targets[side], weights[side]) for side in sides
        )

    def better(found, best, bag):
        return best is None or found > best + TIE * squared_error(targets[bag], weights[bag])

    def differ(bag):
        return (targets[bag] != targets[bag[0]]).any()

    bag = np.flatnonzero(weights) if bag is None else bag
    return _grow(rows, bag, draws, rule, (differ, gain, better, lambda bag: bag))


def boost(rows, loss, outcomes, weights, seeds, rule):
    """All trees' nodes (feature, threshold), and scores (k, n): each tree of the gradient, each leaf a step of the loss."""
    *tree_rule, rate, seen = rule
    n, every = len(rows), []
    scores = np.zeros((len(outcomes) if loss == "classes" else 1, n))
    for seed in seeds:
        draws, bag = Draws(seed), np.arange(n)
        for k in range(seen if seen < n else 0):
            other = k + draws.below(n - k)
            bag[[k, other]] = bag[[other, k]]
        bag = np.sort(bag[:seen])
        pulls = _gradient(loss, outcomes, weights, scores)
        for s, pull in enumerate(pulls):
            nodes = grow_mean(rows, pull[:, None], weights, draws, tree_rule, bag)
            every += [node[:2] for node in nodes]
            for row in range(n):
                node = nodes[0]
                while node[0] >= 0:
                    node = nodes[node[2] if rows[row, node[0]] <= node[1] else node[3]]
                w, g = weights[node[4]], pull[node[4]]
                curvature = np.ones_like(g)
                if loss == "classes":
                    p = outcomes[s][node[4]] - g
                    curvature = p * (1 - p) * (1 if len(pulls) == 1 else len(pulls) / (len(pulls) - 1))
                scores[s, row] += rate * (w * g).sum() / (w * curvature).sum()
    return every, scores


def _gradient(loss, outcomes, weights, scores):
    if loss == "squared":
        return outcomes - scores
    if loss == "classes":
        odds = np.exp(scores)
        return outcomes - odds / ((1 + odds) if len(scores) == 1 else odds.sum(axis=0))
    reached, had = outcomes
    risk = np.exp(scores[0])
    found = had.copy()
    for t in np.unique(reached[had > 0]):
        at_risk = reached >= t
        died = weights[(reached == t) & (had > 0)].sum()
        found -= at_risk * risk * died / (weights * risk)[at_risk].sum()
    return found[None]


def _grow(rows, every, draws, rule, law):
    tried, leaf_rows, depth = rule
    can_split, value, better, says = law
    features, nodes = list(range(rows.shape[1])), []

    def split_of(bag):
        best = found = None
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
                new = value(bag, left)
                if better(new, best, bag):
                    best, found = new, (f, (low + high) / 2)
        return found

    def add(bag, level):
        place = len(nodes)
        nodes.append(None)
        found = None
        if level < depth and len(bag) >= 2 * leaf_rows and can_split(bag):
            found = split_of(bag)
        if found is None:
            nodes[place] = (-1, 0.0, -1, -1, says(bag))
            return place
        goes_left = rows[bag, found[0]] <= found[1]
        left = add(bag[goes_left], level + 1)
        right = add(bag[~goes_left], level + 1)
        nodes[place] = (*found, left, right, None)
        return place

    add(every, 0)
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
