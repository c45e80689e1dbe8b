#include "mean_tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace oncometry {
namespace {

// A split must pass the best one before it by this part of the node's squared error: what differs by rounding alone is a
// tie, and the first stays.
constexpr double kTie = 1e-9;

}  // namespace

void FlatTrees::append(const MeanTree& tree) {
    roots.push_back(TreeNodes::append(tree, std::int32_t(leaves)));
    leaves += tree.leaves.size();
}

MeanTreeGrower::MeanTreeGrower(const SortedColumns& columns, const TreeRule& rule)
    : columns_(columns), rule_(rule), node_(columns), features_(columns.features()), scratch_(columns.rows()) {}

MeanTree MeanTreeGrower::grow(const Targets& targets, std::vector<std::uint32_t> bag, Draws& draws) {
    targets_ = targets;
    draws_ = &draws;
    sum_.resize(targets.outputs);
    left_sum_.resize(targets.outputs);
    std::iota(features_.begin(), features_.end(), 0U);
    tree_ = MeanTree{};
    tree_.bag = std::move(bag);
    grow_node(0, tree_.bag.size(), 0);
    return std::move(tree_);
}

// The rows of a node are bag[begin] ... bag[end - 1], increasing.
std::int32_t MeanTreeGrower::grow_node(std::size_t begin, std::size_t end, int depth) {
    const std::int32_t node = tree_.add();
    Split split{-1.0};
    if (depth < rule_.depth && end - begin >= 2 * rule_.leaf_rows && differ(begin, end)) split = best_split(begin, end);
    if (!split.found) {
        tree_.leaf[node] = std::int32_t(tree_.leaves.size());
        tree_.leaves.push_back({begin, end});
        return node;
    }
    const double* asked = columns_.values(split.feature);
    const std::size_t middle = part_rows(tree_.bag, scratch_, begin, end, asked, split.threshold);
    tree_.feature[node] = std::int32_t(split.feature);
    tree_.threshold[node] = split.threshold;
    const std::int32_t left = grow_node(begin, middle, depth + 1);
    tree_.left[node] = left;
    const std::int32_t right = grow_node(middle, end, depth + 1);
    tree_.right[node] = right;
    return node;
}

// Whether the node's targets are not all the same.
bool MeanTreeGrower::differ(std::size_t begin, std::size_t end) const {
    const std::size_t outputs = targets_.outputs;
    const double* first = targets_.values + tree_.bag[begin] * outputs;
    for (std::size_t b = begin + 1; b < end; ++b) {
        if (!std::equal(first, first + outputs, targets_.values + tree_.bag[b] * outputs)) return true;
    }
    return false;
}

// The node's weight and sums, and what counts as a tie.
void MeanTreeGrower::sum_up(std::size_t begin, std::size_t end) {
    const std::size_t outputs = targets_.outputs;
    weight_ = 0.0;
    std::fill(sum_.begin(), sum_.end(), 0.0);
    for (std::size_t b = begin; b < end; ++b) {
        const std::uint32_t n = tree_.bag[b];
        weight_ += targets_.weights[n];
        for (std::size_t o = 0; o < outputs; ++o) sum_[o] += targets_.weights[n] * targets_.values[n * outputs + o];
    }
    double error = 0.0;
    for (std::size_t b = begin; b < end; ++b) {
        const std::uint32_t n = tree_.bag[b];
        for (std::size_t o = 0; o < outputs; ++o) {
            const double off = targets_.values[n * outputs + o] - sum_[o] / weight_;
            error += targets_.weights[n] * off * off;
        }
    }
    tie_ = kTie * error;
}

MeanTreeGrower::Split MeanTreeGrower::best_split(std::size_t begin, std::size_t end) {
    sum_up(begin, end);
    node_.enter(tree_.bag.data() + begin, end - begin);
    Split best{-2.0 * tie_ - 1.0};
    std::size_t tried = 0;
    for (std::size_t left = columns_.features(); left > 0 && tried < rule_.features_tried; --left) {
        std::swap(features_[draws_->below(left)], features_[left - 1]);
        const std::size_t f = features_[left - 1];
        const bool differs =
            targets_.outputs == 1 ? try_feature<true>(f, end - begin, best) : try_feature<false>(f, end - begin, best);
        if (differs) ++tried;
    }
    return best;
}

// False where the feature is the same in all rows of the node.
template <bool kOneOutput>
bool MeanTreeGrower::try_feature(std::size_t feature, std::size_t rows, Split& best) {
    const std::uint32_t* sorted = node_.by(feature);
    const std::uint32_t* place = columns_.places(feature);
    const std::size_t outputs = kOneOutput ? 1 : targets_.outputs;
    if (place[sorted[0]] == place[sorted[rows - 1]]) return false;
    std::fill(left_sum_.begin(), left_sum_.end(), 0.0);
    double weight = 0.0;
    for (std::size_t k = 0; k + rule_.leaf_rows < rows; ++k) {
        const std::uint32_t n = sorted[k];
        const double w = targets_.weights[n];
        weight += w;
        for (std::size_t o = 0; o < outputs; ++o) left_sum_[o] += w * targets_.values[n * outputs + o];
        const double rest = weight_ - weight;
        if (k + 1 < rule_.leaf_rows || place[n] == place[sorted[k + 1]] || rest <= 0.0) continue;
        const double share = weight / weight_;
        double moved = 0.0;
        for (std::size_t o = 0; o < outputs; ++o) {
            const double off = left_sum_[o] - share * sum_[o];
            moved += off * off;
        }
        const double gain = moved / (share * rest);
        if (gain > best.gain + tie_) best = {gain, columns_.between(feature, n, sorted[k + 1]), feature, true};
    }
    return true;
}

}  // namespace oncometry
