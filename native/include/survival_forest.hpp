// Trees of survival: each split has the largest log-rank statistic among the features drawn for it.
// Source: Ishwaran et al., doi:10.1214/08-AOAS169.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tree_nodes.hpp"

namespace oncometry {

struct SurvivalRows {
    const double* columns;          // features x rows
    const std::int32_t* reached;    // of each row, how many of the times at which events happened it reached
    const std::uint8_t* events;     // whether it had the event, at the last time that it reached
    std::size_t rows, features, times;
    const std::int32_t* kept;  // places, from 0, of the times at which leaves keep their hazard
    std::size_t kept_times;
};

struct ForestRule {
    std::size_t features_tried;  // that differ within the node, of those drawn
    std::size_t leaf_rows;       // the least that a leaf has, a row that was drawn twice counted once
    int depth;                   // the most splits above a leaf
    int threads;
};

// All trees' nodes one after another, children counted from the first of all; leaves have a row of cumulative hazards at
// each time that is kept.
struct SurvivalForest : TreeNodes {
    std::vector<std::int64_t> roots;
    std::vector<double> hazards;  // leaves x kept times
};

// counts: trees x rows, how often each row was drawn; seeds: of each tree, for its draws of features.
SurvivalForest grow_survival_forest(const SurvivalRows& rows, const std::int32_t* counts, const std::uint64_t* seeds,
                                    std::size_t trees, const ForestRule& rule);

}  // namespace oncometry
