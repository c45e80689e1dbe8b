// From a plan to one value a feature: count, merge, evaluate, average.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "matrix.hpp"
#include "parallel.hpp"

namespace oncometry {

// Column means of `rows`, NaN left out; NaN where a column has nothing else.
inline std::vector<double> mean_of_rows(const std::vector<std::vector<double>>& rows, int features) {
    std::vector<double> means;
    for (int f = 0; f < features; ++f) {
        double sum = 0.0;
        int count = 0;
        for (const std::vector<double>& row : rows) {
            if (row.empty() || std::isnan(row[std::size_t(f)])) continue;
            sum += row[std::size_t(f)];
            ++count;
        }
        means.push_back(count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN());
    }
    return means;
}

inline std::vector<Slab> slabs_of(const Plan& plan, Shape shape) {
    if (!plan.by_slice) return {{1, shape.k - 1}};
    std::vector<Slab> slabs;
    for (int k = 1; k + 1 < shape.k; ++k) slabs.push_back({k, k + 1});
    return slabs;
}

// count(slab, directions) -> a list of cells a direction; evaluate(cells) -> a row of features, empty without cells.
// The unit of work is a slab, or where there is only one, a share of its directions.
template <class Count, class Evaluate>
std::vector<double> directional_features(const Plan& plan, Shape shape, int features, const Count& count,
                                         const Evaluate& evaluate) {
    const std::vector<Slab> slabs = slabs_of(plan, shape);
    const int n = int(plan.directions.size()), slab_count = int(slabs.size());
    const int shares = plan.by_slice ? 1 : std::max(1, std::min(plan.threads, n));
    std::vector<Cells> cells(std::size_t(slab_count) * n);
    std::vector<std::vector<double>> rows(cells.size());
    run_jobs(slab_count * shares, plan.threads, [&](int job) {
        const int slab = job / shares, share = job % shares;
        const int begin = n * share / shares, end = n * (share + 1) / shares;
        const auto first = plan.directions.begin();
        std::vector<Cells> counted = count(slabs[std::size_t(slab)], {first + begin, first + end});
        for (int d = begin; d < end; ++d) {
            const std::size_t at = std::size_t(slab) * n + d;
            cells[at] = std::move(counted[std::size_t(d - begin)]);
            if (plan.merge) continue;
            rows[at] = evaluate(cells[at]);
            Cells().swap(cells[at]);
        }
    });
    if (!plan.merge) return mean_of_rows(rows, features);
    std::vector<std::vector<double>> merged_rows(slabs.size());
    run_jobs(slab_count, plan.threads, [&](int slab) {
        Cells total;
        for (int d = 0; d < n; ++d) merge_into(total, cells[std::size_t(slab) * n + d], plan.weights[std::size_t(d)]);
        merged_rows[std::size_t(slab)] = evaluate(total);
    });
    return mean_of_rows(merged_rows, features);
}

}  // namespace oncometry
