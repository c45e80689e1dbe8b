// A forest of trees of numbers, each grown on the rows that were drawn for it.
// Source: Breiman, doi:10.1023/A:1010933404324.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mean_tree.hpp"

namespace oncometry {

// targets: rows x outputs; counts: trees x rows, how often each row was drawn; seeds: of each tree, for its draws of
// features. Leaves have the means of their rows.
FlatTrees grow_forest(const SortedColumns& columns, const double* targets, std::size_t outputs, const std::int32_t* counts,
                      const std::uint64_t* seeds, std::size_t trees, const TreeRule& rule, int threads);

}  // namespace oncometry
