#include "survival_forest.hpp"

#include <algorithm>
#include <numeric>

#include "draws.hpp"
#include "parallel.hpp"
#include "sorted_columns.hpp"

namespace oncometry {
namespace {

// A split must pass the best one before it by this part: what differs by rounding alone is a tie, and the first stays.
constexpr double kTie = 1e-9;
constexpr double kLeastVariance = 1e-9;

struct Split {
    double statistic = 0.0, threshold = 0.0;
    std::size_t feature = 0;
    bool found = false;
};

class TreeGrower {
  public:
    TreeGrower(const SurvivalRows& rows, const SortedColumns& columns, const std::vector<std::uint32_t>& by_time,
               const std::int32_t* counts, std::uint64_t seed, const ForestRule& rule)
        : rows_(rows), columns_(columns), counts_(counts), rule_(rule), draws_(seed), node_(columns), features_(rows.features),
          at_risk_(rows.times + 1), deaths_(rows.times + 1), local_(rows.times + 1) {
        std::iota(features_.begin(), features_.end(), 0U);
        for (const std::uint32_t n : by_time) {
            if (counts[n] > 0) bag_.push_back(n);
        }
        scratch_.resize(bag_.size());
        reached_.resize(rows.rows);
        score_.resize(rows.rows);
    }

    SurvivalForest grow() {
        grow_node(0, bag_.size(), 0);
        return std::move(tree_);
    }

  private:
    // The rows of a node are bag_[begin] ... bag_[end - 1], by time.
    std::int32_t grow_node(std::size_t begin, std::size_t end, int depth) {
        const std::int32_t node = tree_.add();
        count_events(begin, end);
        Split split;
        if (depth < rule_.depth && end - begin >= 2 * rule_.leaf_rows && kinds_ > 0) split = best_split(begin, end);
        if (!split.found) {
            tree_.leaf[node] = std::int32_t(leaves_++);
            add_hazards();
            return node;
        }
        const double* asked = columns_.values(split.feature);
        const std::size_t middle = part_rows(bag_, scratch_, begin, end, asked, split.threshold);
        tree_.feature[node] = std::int32_t(split.feature);
        tree_.threshold[node] = split.threshold;
        const std::int32_t left = grow_node(begin, middle, depth + 1);
        tree_.left[node] = left;
        const std::int32_t right = grow_node(middle, end, depth + 1);
        tree_.right[node] = right;
        return node;
    }

    // Deaths and rows at risk at each time; then times without deaths in this node are left out.
    void count_events(std::size_t begin, std::size_t end) {
        std::fill(at_risk_.begin(), at_risk_.end(), 0.0);
        std::fill(deaths_.begin(), deaths_.end(), 0.0);
        for (std::size_t b = begin; b < end; ++b) {
            const std::uint32_t n = bag_[b];
            const std::size_t reached = std::size_t(rows_.reached[n]);
            at_risk_[reached] += counts_[n];
            if (rows_.events[n]) deaths_[reached] += counts_[n];
        }
        for (std::size_t t = rows_.times; t-- > 0;) at_risk_[t] += at_risk_[t + 1];
        hazard_.assign(1, 0.0);
        bend_.assign(1, 0.0);
        bend_at_risk_.assign(1, 0.0);
        kinds_ = 0;
        local_[0] = 0;
        for (std::size_t t = 1; t <= rows_.times; ++t) {
            const double d = deaths_[t], y = at_risk_[t];
            if (d > 0.0) {
                const double c = y > 1.0 ? d * (y - d) / (y * y * (y - 1.0)) : 0.0;
                hazard_.push_back(hazard_.back() + d / y);
                bend_.push_back(bend_.back() + c);
                bend_at_risk_.push_back(bend_at_risk_.back() + c * y);
                ++kinds_;
            }
            local_[t] = std::uint32_t(kinds_);
        }
    }

    void add_hazards() {
        for (std::size_t k = 0; k < rows_.kept_times; ++k) {
            tree_.hazards.push_back(hazard_[local_[std::size_t(rows_.kept[k]) + 1]]);
        }
    }

    Split best_split(std::size_t begin, std::size_t end) {
        for (std::size_t b = begin; b < end; ++b) {
            const std::uint32_t n = bag_[b];
            reached_[n] = local_[std::size_t(rows_.reached[n])];
            score_[n] = counts_[n] * ((rows_.events[n] ? 1.0 : 0.0) - hazard_[reached_[n]]);
        }
        node_.enter(bag_.data() + begin, end - begin);
        Split best;
        std::size_t tried = 0;
        for (std::size_t left = rows_.features; left > 0 && tried < rule_.features_tried; --left) {
            std::swap(features_[draws_.below(left)], features_[left - 1]);
            if (try_feature(features_[left - 1], end - begin, best)) ++tried;
        }
        return best;
    }

    // False where the feature is the same in all rows of the node.
    bool try_feature(std::size_t f, std::size_t rows, Split& best) {
        const std::uint32_t* place = columns_.places(f);
        const std::uint32_t* sorted = node_.by(f);
        if (place[sorted[0]] == place[sorted[rows - 1]]) return false;
        sum_bend_.assign(kinds_ + 1, 0.0);
        sum_count_.assign(kinds_ + 1, 0.0);
        double observed = 0.0, variance = 0.0;
        moved_ = 0.0;
        const std::size_t last = rows - rule_.leaf_rows;
        for (std::size_t k = 0; k < last; ++k) {
            const std::uint32_t n = sorted[k];
            observed += score_[n];
            variance += moved_variance(n);
            if (k + 1 < rule_.leaf_rows || place[n] == place[sorted[k + 1]] || variance <= kLeastVariance) continue;
            const double statistic = observed * observed / variance;
            if (statistic > best.statistic * (1.0 + kTie) + kTie) {
                best = {statistic, columns_.between(f, n, sorted[k + 1]), f, true};
            }
        }
        return true;
    }

    // How the statistic's variance changes as a row goes left: over the times that it reached, which the rows before it
    // reached in part (`bends`) or all (`beyond`); both are sums kept in Fenwick trees.
    double moved_variance(std::uint32_t n) {
        const std::size_t reached = reached_[n];
        if (reached == 0) return 0.0;
        double bends = 0.0, before = 0.0;
        for (std::size_t t = reached; t > 0; t &= t - 1) {
            bends += sum_bend_[t];
            before += sum_count_[t];
        }
        const double w = counts_[n], beyond = moved_ - before;
        for (std::size_t t = reached; t <= kinds_; t += t & (~t + 1)) {
            sum_bend_[t] += w * bend_[reached];
            sum_count_[t] += w;
        }
        moved_ += w;
        return w * (bend_at_risk_[reached] - 2.0 * (bends + beyond * bend_[reached])) - w * w * bend_[reached];
    }

    const SurvivalRows& rows_;
    const SortedColumns& columns_;
    const std::int32_t* counts_;
    const ForestRule& rule_;
    Draws draws_;
    NodeRows node_;
    SurvivalForest tree_;
    std::size_t leaves_ = 0, kinds_ = 0;
    double moved_ = 0.0;
    std::vector<std::uint32_t> features_, bag_, scratch_, reached_;
    std::vector<double> at_risk_, deaths_, score_, sum_bend_, sum_count_;
    std::vector<double> hazard_, bend_, bend_at_risk_;  // sums over the node's times of events so far
    std::vector<std::uint32_t> local_;                  // of each time, how many of the node's are not after it
};

void append(SurvivalForest& forest, const SurvivalForest& tree, std::size_t times) {
    const std::size_t leaves = times > 0 ? forest.hazards.size() / times : 0;
    forest.roots.push_back(forest.TreeNodes::append(tree, std::int32_t(leaves)));
    forest.hazards.insert(forest.hazards.end(), tree.hazards.begin(), tree.hazards.end());
}

}  // namespace

SurvivalForest grow_survival_forest(const SurvivalRows& rows, const std::int32_t* counts, const std::uint64_t* seeds,
                                    std::size_t trees, const ForestRule& rule) {
    const SortedColumns columns(rows.columns, rows.features, rows.rows);
    std::vector<std::uint32_t> by_time(rows.rows);
    std::iota(by_time.begin(), by_time.end(), 0U);
    std::stable_sort(by_time.begin(), by_time.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return rows.reached[a] < rows.reached[b]; });
    std::vector<SurvivalForest> grown(trees);
    run_jobs(int(trees), rule.threads, [&](int t) {
        grown[std::size_t(t)] =
            TreeGrower(rows, columns, by_time, counts + std::size_t(t) * rows.rows, seeds[t], rule).grow();
    });
    SurvivalForest forest;
    for (const SurvivalForest& tree : grown) append(forest, tree, rows.kept_times);
    return forest;
}

}  // namespace oncometry
