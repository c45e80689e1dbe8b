// Boosting: each tree is grown on the gradient of what the trees before left, its leaves one step of a loss.
// Sources: Friedman, doi:10.1214/aos/1013203451, doi:10.1016/S0167-9473(01)00065-2 (subsamples).
#pragma once

#include <cstddef>
#include <cstdint>

#include "losses.hpp"
#include "mean_tree.hpp"

namespace oncometry {

struct BoostingRule {
    TreeRule tree;
    double rate;            // by which a leaf's step is shrunk
    std::size_t rows_seen;  // by each round, drawn without putting back; all: none are drawn
};

// Each round adds a tree of each score; `weights` above 0, `seeds` of each round, `scores` (loss.scores() x rows) start
// where they stand and end behind the last round. Leaves have the step that they add, shrunk.
FlatTrees boost(const SortedColumns& columns, const Loss& loss, const double* weights, const std::uint64_t* seeds,
                std::size_t rounds, const BoostingRule& rule, double* scores);

}  // namespace oncometry
