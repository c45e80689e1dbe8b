#include "boosting.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace oncometry {
namespace {

// Rows of a round, increasing.
std::vector<std::uint32_t> seen(std::size_t rows, std::size_t count, Draws& draws) {
    std::vector<std::uint32_t> bag(rows);
    std::iota(bag.begin(), bag.end(), 0U);
    if (count >= rows) return bag;
    for (std::size_t k = 0; k < count; ++k) std::swap(bag[k], bag[k + draws.below(rows - k)]);
    bag.resize(count);
    std::sort(bag.begin(), bag.end());
    return bag;
}

std::size_t leaf_of(const MeanTree& tree, const SortedColumns& columns, std::size_t row) {
    std::size_t node = 0;
    while (tree.feature[node] >= 0) {
        const bool goes_left = columns.values(std::size_t(tree.feature[node]))[row] <= tree.threshold[node];
        node = std::size_t(goes_left ? tree.left[node] : tree.right[node]);
    }
    return std::size_t(tree.leaf[node]);
}

}  // namespace

FlatTrees boost(const SortedColumns& columns, const Loss& loss, const double* weights, const std::uint64_t* seeds,
                std::size_t rounds, const BoostingRule& rule, double* scores) {
    const std::size_t rows = columns.rows(), width = loss.scores();
    std::vector<double> gradient(rows * width);
    MeanTreeGrower grower(columns, rule.tree);
    FlatTrees trees;
    for (std::size_t r = 0; r < rounds; ++r) {
        Draws draws(seeds[r]);
        const std::vector<std::uint32_t> bag = seen(rows, rule.rows_seen, draws);
        loss.gradient(scores, gradient.data());
        for (std::size_t s = 0; s < width; ++s) {
            const double* pull = gradient.data() + s * rows;
            const MeanTree tree = grower.grow({pull, weights, 1}, bag, draws);
            trees.append(tree);
            const std::size_t first = trees.values.size();
            for (const LeafRows& leaf : tree.leaves) {
                trees.values.push_back(rule.rate * loss.step(pull, s, tree.bag.data() + leaf.begin, leaf.end - leaf.begin));
            }
            for (std::size_t n = 0; n < rows; ++n) {
                scores[s * rows + n] += trees.values[first + leaf_of(tree, columns, n)];
            }
        }
    }
    return trees;
}

}  // namespace oncometry
