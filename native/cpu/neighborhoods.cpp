#include "neighborhoods.hpp"

#include <algorithm>
#include <cstdlib>

#include "matrix.hpp"
#include "parallel.hpp"

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

// What is added up over the neighbors of each voxel of a row. Count holds their number, Sum that times the levels.
template <class Count, class Sum>
struct RowSums {
    explicit RowSums(int size) : neighbors(std::size_t(size)), dependent(std::size_t(size)), sum(std::size_t(size)) {}

    void clear(Extent span) {
        std::fill(neighbors.begin() + span.begin, neighbors.begin() + span.end, Count(0));
        std::fill(dependent.begin() + span.begin, dependent.begin() + span.end, Count(0));
        std::fill(sum.begin() + span.begin, sum.begin() + span.end, Sum(0));
    }

    std::vector<Count> neighbors, dependent;
    std::vector<Sum> sum;
};

// One loop a sum, so that the compiler does many voxels at once.
template <class Level, class Count, class Sum>
void add_step(const Level* row, const Level* other, int size, Level alpha, Count* __restrict neighbors,
              Count* __restrict dependent, Sum* __restrict sum) {
    for (int i = 0; i < size; ++i) neighbors[i] = Count(neighbors[i] + (other[i] != 0));
    for (int i = 0; i < size; ++i) {
        const Level difference = row[i] > other[i] ? Level(row[i] - other[i]) : Level(other[i] - row[i]);
        dependent[i] = Count(dependent[i] + ((difference <= alpha) & (other[i] != 0)));
    }
    for (int i = 0; i < size; ++i) sum[i] = Sum(sum[i] + other[i]);
}

template <class Level, class Count, class Sum>
void count_row(const Level* row, Extent span, const RowSums<Count, Sum>& sums, Tables& tables) {
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

template <class Level, class Count, class Sum>
void count_slices(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slices,
                  const NeighborhoodRule& rule, Tables& tables) {
    const Shape& shape = levels.shape;
    const Level alpha = Level(std::min(rule.alpha, levels.count));
    RowSums<Count, Sum> sums(shape.i);
    for (int k = slices.begin; k < slices.end; ++k) {
        for (int j = rule.border; j + rule.border < shape.j; ++j) {
            const std::size_t row = std::size_t(k) * shape.j + j;
            const Extent span = extents[row];
            if (span.begin == span.end) continue;
            const Level* here = levels.data + row * shape.i;
            const int first = span.begin, size = span.end - span.begin;
            sums.clear(span);
            for (const NeighborStep& step : rule.steps) {
                const Level* other = here + (std::ptrdiff_t(step.k) * shape.j + step.j) * shape.i + step.i;
                add_step(here + first, other + first, size, alpha, sums.neighbors.data() + first,
                         sums.dependent.data() + first, sums.sum.data() + first);
            }
            count_row(here, span, sums, tables);
        }
    }
}

template <class Level>
void count_slab(const Levels<Level>& levels, const std::vector<Extent>& extents, Slab slices,
                const NeighborhoodRule& rule, Tables& tables) {
    const std::size_t steps = rule.steps.size();
    if (steps <= 255 && steps * std::size_t(levels.count) <= 65535) {
        count_slices<Level, std::uint8_t, std::uint16_t>(levels, extents, slices, rule, tables);
    } else {
        count_slices<Level, std::uint16_t, std::uint32_t>(levels, extents, slices, rule, tables);
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
NeighborhoodMatrices neighborhood_matrices(const Levels<Level>& levels, const std::vector<Extent>& extents,
                                           Slab slices, const NeighborhoodRule& rule) {
    const int size = slices.end - slices.begin, slabs = std::max(1, std::min(rule.threads, size));
    const auto start = [&](int slab) { return slices.begin + int(std::int64_t(size) * slab / slabs); };
    std::vector<Tables> tables(std::size_t(slabs), Tables(levels.count, rule.steps.size()));
    run_jobs(slabs, rule.threads, [&](int slab) {
        count_slab(levels, extents, {start(slab), start(slab + 1)}, rule, tables[std::size_t(slab)]);
    });
    for (int slab = 1; slab < slabs; ++slab) tables[0].add(tables[std::size_t(slab)]);
    return matrices_of(tables[0], levels.count);
}

template NeighborhoodMatrices neighborhood_matrices(const Levels<std::uint8_t>&, const std::vector<Extent>&, Slab,
                                                    const NeighborhoodRule&);
template NeighborhoodMatrices neighborhood_matrices(const Levels<std::uint16_t>&, const std::vector<Extent>&, Slab,
                                                    const NeighborhoodRule&);

}  // namespace oncometry
