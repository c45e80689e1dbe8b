#include "forest.hpp"

#include "parallel.hpp"

namespace oncometry {
namespace {

struct GrownTree {
    MeanTree tree;
    std::vector<double> means;  // leaves x outputs
};

std::vector<double> leaf_means(const MeanTree& tree, const Targets& targets) {
    const std::size_t outputs = targets.outputs;
    std::vector<double> means(tree.leaves.size() * outputs, 0.0);
    double* mean = means.data();
    for (const LeafRows& leaf : tree.leaves) {
        double weight = 0.0;
        for (std::size_t b = leaf.begin; b < leaf.end; ++b) {
            const std::uint32_t n = tree.bag[b];
            weight += targets.weights[n];
            for (std::size_t o = 0; o < outputs; ++o) mean[o] += targets.weights[n] * targets.values[n * outputs + o];
        }
        for (std::size_t o = 0; o < outputs; ++o) mean[o] /= weight;
        mean += outputs;
    }
    return means;
}

GrownTree grow_one(const SortedColumns& columns, const double* values, std::size_t outputs, const std::int32_t* counts,
                   std::uint64_t seed, const TreeRule& rule) {
    const std::vector<double> weights(counts, counts + columns.rows());
    std::vector<std::uint32_t> bag;
    for (std::size_t n = 0; n < columns.rows(); ++n) {
        if (counts[n] > 0) bag.push_back(std::uint32_t(n));
    }
    const Targets targets{values, weights.data(), outputs};
    Draws draws(seed);
    GrownTree grown;
    grown.tree = MeanTreeGrower(columns, rule).grow(targets, std::move(bag), draws);
    grown.means = leaf_means(grown.tree, targets);
    return grown;
}

}  // namespace

FlatTrees grow_forest(const SortedColumns& columns, const double* targets, std::size_t outputs, const std::int32_t* counts,
                      const std::uint64_t* seeds, std::size_t trees, const TreeRule& rule, int threads) {
    std::vector<GrownTree> grown(trees);
    run_jobs(int(trees), threads, [&](int t) {
        const std::int32_t* drawn = counts + std::size_t(t) * columns.rows();
        grown[std::size_t(t)] = grow_one(columns, targets, outputs, drawn, seeds[t], rule);
    });
    FlatTrees forest;
    for (const GrownTree& one : grown) {
        forest.append(one.tree);
        forest.values.insert(forest.values.end(), one.means.begin(), one.means.end());
    }
    return forest;
}

}  // namespace oncometry
