#include "tree_nodes.hpp"

#include <algorithm>

namespace oncometry {

std::int32_t TreeNodes::add() {
    feature.push_back(-1);
    left.push_back(-1);
    right.push_back(-1);
    leaf.push_back(-1);
    threshold.push_back(0.0);
    return std::int32_t(feature.size()) - 1;
}

std::int32_t TreeNodes::append(const TreeNodes& tree, std::int32_t leaves) {
    const std::int32_t root = std::int32_t(feature.size());
    for (std::size_t n = 0; n < tree.feature.size(); ++n) {
        feature.push_back(tree.feature[n]);
        threshold.push_back(tree.threshold[n]);
        left.push_back(tree.left[n] < 0 ? -1 : tree.left[n] + root);
        right.push_back(tree.right[n] < 0 ? -1 : tree.right[n] + root);
        leaf.push_back(tree.leaf[n] < 0 ? -1 : tree.leaf[n] + leaves);
    }
    return root;
}

std::size_t part_rows(std::vector<std::uint32_t>& bag, std::vector<std::uint32_t>& scratch, std::size_t begin,
                      std::size_t end, const double* values, double threshold) {
    std::size_t left = begin, right = 0;
    for (std::size_t b = begin; b < end; ++b) {
        if (values[bag[b]] <= threshold) {
            bag[left++] = bag[b];
        } else {
            scratch[right++] = bag[b];
        }
    }
    std::copy(scratch.begin(), scratch.begin() + std::ptrdiff_t(right), bag.begin() + std::ptrdiff_t(left));
    return left;
}

}  // namespace oncometry
