// Rules of the native kernels from what Python gives.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "matrix.hpp"
#include "neighborhoods.hpp"

namespace oncometry {

using Three = std::array<int, 3>;

inline Plan plan_of(const std::vector<Three>& directions, const std::vector<double>& weights, bool by_slice,
                    bool merge, int threads) {
    if (weights.size() != directions.size()) throw std::invalid_argument("there must be a weight a direction");
    Plan plan{{}, weights, by_slice, merge, threads};
    for (const Three& d : directions) plan.directions.push_back({d[0], d[1], d[2]});
    return plan;
}

inline NeighborhoodRule rule_of(const std::vector<Three>& steps, int border, int alpha, bool lone, int threads) {
    if (alpha < 0) throw std::invalid_argument("alpha must not be negative");
    NeighborhoodRule rule{{}, border, alpha, lone, threads};
    for (const auto& [k, j, i] : steps) {
        if (std::max({std::abs(k), std::abs(j), std::abs(i)}) > border) {
            throw std::invalid_argument("a step must not lead beyond the levels' border");
        }
        rule.steps.push_back({k, j, i});
    }
    return rule;
}

}  // namespace oncometry
