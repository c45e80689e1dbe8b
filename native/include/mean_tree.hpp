// A tree of numbers: each split leaves the least weighted squared error about both sides' means, among the features drawn
// for it. Of classes as columns of 0 and 1 that is Gini's split.
// Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984, doi:10.1201/9781315139470.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "draws.hpp"
#include "sorted_columns.hpp"
#include "tree_nodes.hpp"

namespace oncometry {

struct TreeRule {
    std::size_t features_tried;  // that differ within the node, of those drawn
    std::size_t leaf_rows;       // the least that a leaf has, a row that was drawn twice counted once
    int depth;                   // the most splits above a leaf
};

struct Targets {
    const double* values;   // rows x outputs
    const double* weights;  // of each row, above 0 for rows in the bag
    std::size_t outputs;
};

struct LeafRows {
    std::size_t begin, end;  // in the tree's bag
};

struct MeanTree : TreeNodes {
    std::vector<LeafRows> leaves;
    std::vector<std::uint32_t> bag;  // rows, each leaf's together
};

// Trees one after another, children and leaves counted from the first of all.
struct FlatTrees : TreeNodes {
    std::vector<std::int64_t> roots;
    std::vector<double> values;  // leaves x outputs
    std::size_t leaves = 0;

    void append(const MeanTree& tree);  // but for its leaves' values
};

class MeanTreeGrower {
  public:
    MeanTreeGrower(const SortedColumns& columns, const TreeRule& rule);

    // bag: different rows, increasing.
    MeanTree grow(const Targets& targets, std::vector<std::uint32_t> bag, Draws& draws);

  private:
    struct Split {
        double gain, threshold = 0.0;
        std::size_t feature = 0;
        bool found = false;
    };

    std::int32_t grow_node(std::size_t begin, std::size_t end, int depth);
    bool differ(std::size_t begin, std::size_t end) const;
    void sum_up(std::size_t begin, std::size_t end);
    Split best_split(std::size_t begin, std::size_t end);
    template <bool kOneOutput>
    bool try_feature(std::size_t feature, std::size_t rows, Split& best);

    const SortedColumns& columns_;
    TreeRule rule_;
    Targets targets_{};
    Draws* draws_ = nullptr;
    MeanTree tree_;
    double weight_ = 0.0, tie_ = 0.0;  // of the node
    std::vector<double> sum_, left_sum_;
    NodeRows node_;
    std::vector<std::uint32_t> features_, scratch_;
};

}  // namespace oncometry
