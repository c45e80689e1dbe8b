#include "neighborhoods.hpp"

#include <algorithm>
#include <cstdlib>

#include "parallel.hpp"
#include "row_spans.hpp"

namespace oncometry {
namespace {

// Counts per (level, number of neighbors), all integers: sums are exact and merge in any order.
struct Tables {
    Tables(int level_count, std::size_t steps)
        : columns(steps + 1), dependences((std::size_t(level_count) + 1) * columns),
          counts(dependences.size()), differences(dependences.size()) {}

    void add(const Tables& other) {
        for (std::size_t c = 0; c < dependences.size(); ++c) {
            dependences[c] += other.dependences[c];
            counts[c] += other.counts[c];
            differences[c] += other.differences[c];
        }
    }

    std::size_t columns;
    std::vector<std::int64_t> dependences;  // voxels, by level and number of dependent neighbors
    std::vector<std::int64_t> counts;       // voxels, by level and number of neighbors
    std::vector<std::int64_t> differences;  // sums of |level * neighbors - sum of the neighbors' levels|
};

// What is added up over the neighbors of each voxel of a row.
struct RowSums {
    explicit RowSums(int size) : neighbors(std::size_t(size)), dependent(std::size_t(size)), sum(std::size_t(size)) {}
    std::vector<std::uint16_t> neighbors, dependent;
    std::vector<std::uint32_t> sum;
};

template <class Level>
void add_step(const Level* row, const Level* other, RowSpan span, Level alpha, RowSums& sums) {
    std::uint16_t* __restrict neighbors = sums.neighbors.data();
    std::uint16_t* __restrict dependent = sums.dependent.data();
    std::uint32_t* __restrict sum = sums.sum.data();
    for (int i = span.begin; i < span.end; ++i) {
        const Level difference = Level(std::max(row[i], other[i]) - std::min(row[i], other[i]));
        const std::uint16_t inside = other[i] != 0;
        neighbors[i] = std::uint16_t(neighbors[i] + inside);
        dependent[i] = std::uint16_t(dependent[i] + (inside & std::uint16_t(difference <= alpha)));
        sum[i] += other[i];
    }
}

template <class Level>
void count_row(const Level* row, RowSpan span, const RowSums& sums, Tables& tables) {
    for (int i = span.begin; i < span.end; ++i) {
        const std::size_t level = row[i];
        if (level == 0) continue;
        const std::size_t at = level * tables.columns;
        const std::size_t neighbors = sums.neighbors[std::size_t(i)];
        ++tables.dependences[at + sums.dependent[std::size_t(i)]];
        ++tables.counts[at + neighbors];
        tables.differences[at + neighbors] +=
            std::abs(std::int64_t(level * neighbors) - std::int64_t(sums.sum[std::size_t(i)]));
    }
}

template <class Level>
void count_slice(const Levels<Level>& levels, int k, const NeighborhoodRule& rule, RowSums& sums, Tables& tables) {
    const Shape& shape = levels.shape;
    const Level alpha = Level(std::min(rule.alpha, levels.count));
    for (int j = rule.border; j + rule.border < shape.j; ++j) {
        const Level* row = levels.data + (std::size_t(k) * shape.j + j) * shape.i;
        const RowSpan span = span_of_row(row, shape.i, rule.border);
        std::fill(sums.neighbors.begin() + span.begin, sums.neighbors.begin() + span.end, std::uint16_t(0));
        std::fill(sums.dependent.begin() + span.begin, sums.dependent.begin() + span.end, std::uint16_t(0));
        std::fill(sums.sum.begin() + span.begin, sums.sum.begin() + span.end, std::uint32_t(0));
        for (const NeighborStep& step : rule.steps) {
            const Level* other = row + (std::ptrdiff_t(step.k) * shape.j + step.j) * shape.i + step.i;
            add_step(row, other, span, alpha, sums);
        }
        count_row(row, span, sums, tables);
    }
}

NeighborhoodMatrices matrices_of(const Tables& tables, int level_count) {
    NeighborhoodMatrices matrices;
    for (std::uint32_t level = 1; level <= std::uint32_t(level_count); ++level) {
        const std::size_t at = level * tables.columns;
        ToneDifference row{level, 0, 0.0};
        for (std::size_t n = 0; n < tables.columns; ++n) {
            const std::int64_t voxels = tables.dependences[at + n];
            if (voxels != 0) matrices.dependences.cells.push_back({level, std::uint32_t(n + 1), voxels});
            matrices.dependences.voxels += voxels;
            if (n == 0) continue;
            row.count += tables.counts[at + n];
            row.difference += double(tables.differences[at + n]) / double(n);
        }
        if (row.count != 0) matrices.differences.push_back(row);
    }
    return matrices;
}

}  // namespace

template <class Level>
NeighborhoodMatrices neighborhood_matrices(const Levels<Level>& levels, int begin, int end,
                                           const NeighborhoodRule& rule) {
    const int slabs = std::max(1, std::min(rule.threads, end - begin));
    std::vector<Tables> tables(std::size_t(slabs), Tables(levels.count, rule.steps.size()));
    run_jobs(slabs, rule.threads, [&](int slab) {
        RowSums sums(levels.shape.i);
        const int first = begin + int(std::int64_t(end - begin) * slab / slabs);
        const int last = begin + int(std::int64_t(end - begin) * (slab + 1) / slabs);
        for (int k = first; k < last; ++k) count_slice(levels, k, rule, sums, tables[std::size_t(slab)]);
    });
    for (int slab = 1; slab < slabs; ++slab) tables[0].add(tables[std::size_t(slab)]);
    return matrices_of(tables[0], levels.count);
}

template NeighborhoodMatrices neighborhood_matrices(const Levels<std::uint8_t>&, int, int, const NeighborhoodRule&);
template NeighborhoodMatrices neighborhood_matrices(const Levels<std::uint16_t>&, int, int, const NeighborhoodRule&);

}  // namespace oncometry
