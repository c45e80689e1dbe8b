// Nodes of trees, and the rows of a node by side: what trees of means and of survival share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace oncometry {

// The root first, children behind their parent; leaves have none (-1), and a number from 0 in order.
struct TreeNodes {
    std::vector<std::int32_t> feature, left, right, leaf;
    std::vector<double> threshold;  // rows at or below it go left

    // One more node, that asks of nothing; gives its place.
    std::int32_t add();

    // Another tree's nodes behind these, its leaves counted on from `leaves`; gives the place of its root.
    std::int32_t append(const TreeNodes& tree, std::int32_t leaves);
};

// The rows bag[begin] ... bag[end - 1] by side of a threshold, each side in the order in which they were; gives where the
// right one begins. scratch: room for as many.
std::size_t part_rows(std::vector<std::uint32_t>& bag, std::vector<std::uint32_t>& scratch, std::size_t begin,
                      std::size_t end, const double* values, double threshold);

}  // namespace oncometry
