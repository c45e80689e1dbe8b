#include "components.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "disjoint_sets.hpp"

namespace oncometry {
namespace {

// Skips zero bytes eight at a time.
int next_nonzero(const std::uint8_t* row, int i, int size) {
    while (i + 8 <= size) {
        std::uint64_t word;
        std::memcpy(&word, row + i, 8);
        if (word != 0) break;
        i += 8;
    }
    while (i < size && row[i] == 0) ++i;
    return i;
}

std::vector<Run> find_runs(const std::uint8_t* mask, Shape shape, std::vector<std::size_t>& row_starts) {
    std::vector<Run> runs;
    row_starts.reserve(std::size_t(shape.k) * std::size_t(shape.j) + 1);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            row_starts.push_back(runs.size());
            const std::uint8_t* row = mask + (std::size_t(k) * shape.j + j) * shape.i;
            for (int i = next_nonzero(row, 0, shape.i); i < shape.i; i = next_nonzero(row, i, shape.i)) {
                const int begin = i;
                while (i < shape.i && row[i] != 0) ++i;
                runs.push_back({k, j, begin, i, 0});
            }
        }
    }
    row_starts.push_back(runs.size());
    return runs;
}

// Unites the runs of two neighboring rows that touch, corners included.
void unite_rows(const std::vector<Run>& runs, std::size_t a, std::size_t a_end, std::size_t b,
                std::size_t b_end, DisjointSets& sets) {
    while (a < a_end && b < b_end) {
        if (runs[a].begin <= runs[b].end && runs[b].begin <= runs[a].end) sets.unite(int(a), int(b));
        if (runs[a].end < runs[b].end) {
            ++a;
        } else {
            ++b;
        }
    }
}

// Gaps are compared to this part of the smallest spacing: spacings come from affines, rounded.
constexpr double kTolerance = 1e-3;

struct Offset {
    int k, j, i;
};

// Half of the steps from a voxel to those whose boxes are nearer than gap_mm.
std::vector<Offset> near_offsets(Shape shape, const double spacing[3], double gap_mm) {
    const int limit[3] = {shape.i - 1, shape.j - 1, shape.k - 1};
    const double nearer = gap_mm - kTolerance * std::min({spacing[0], spacing[1], spacing[2]});
    int reach[3];
    for (int axis = 0; axis < 3; ++axis) {
        reach[axis] = int(std::min(double(limit[axis]), std::floor(gap_mm / spacing[axis]) + 1.0));
    }
    std::vector<Offset> offsets;
    for (int k = 0; k <= reach[2]; ++k) {
        for (int j = k == 0 ? 0 : -reach[1]; j <= reach[1]; ++j) {
            for (int i = k == 0 && j == 0 ? 1 : -reach[0]; i <= reach[0]; ++i) {
                const double di = std::max(std::abs(i) - 1, 0) * spacing[0];
                const double dj = std::max(std::abs(j) - 1, 0) * spacing[1];
                const double dk = std::max(std::abs(k) - 1, 0) * spacing[2];
                const bool touching = std::max({std::abs(i), std::abs(j), std::abs(k)}) <= 1;
                if (!touching && std::sqrt(di * di + dj * dj + dk * dk) < nearer) offsets.push_back({k, j, i});
            }
        }
    }
    return offsets;
}

bool is_inner(const std::int32_t* labels, Shape shape, int k, int j, int i) {
    if (k == 0 || j == 0 || i == 0 || k == shape.k - 1 || j == shape.j - 1 || i == shape.i - 1) return false;
    const std::ptrdiff_t row = shape.i, plane = std::ptrdiff_t(shape.i) * shape.j;
    const std::int32_t* here = labels + k * plane + j * row + i;
    return here[-1] && here[1] && here[-row] && here[row] && here[-plane] && here[plane];
}

}  // namespace

Components find_components(const std::uint8_t* mask, Shape shape) {
    std::vector<std::size_t> starts;
    Components found{find_runs(mask, shape, starts), 0};
    DisjointSets sets(int(found.runs.size()));
    const auto unite = [&](std::size_t row, std::size_t other) {
        unite_rows(found.runs, starts[row], starts[row + 1], starts[other], starts[other + 1], sets);
    };
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            const std::size_t row = std::size_t(k) * shape.j + j;
            if (starts[row] == starts[row + 1]) continue;
            if (j > 0) unite(row, row - 1);
            if (k == 0) continue;
            const std::size_t below = row - shape.j;
            if (j > 0) unite(row, below - 1);
            unite(row, below);
            if (j + 1 < shape.j) unite(row, below + 1);
        }
    }
    std::vector<int> numbers;
    found.count = sets.number(numbers);
    for (std::size_t r = 0; r < found.runs.size(); ++r) found.runs[r].component = numbers[r];
    return found;
}

void paint(const Components& components, Shape shape, std::int32_t* labels) {
    std::fill(labels, labels + shape.size(), 0);
    for (const Run& run : components.runs) {
        std::int32_t* row = labels + (std::size_t(run.k) * shape.j + run.j) * shape.i;
        std::fill(row + run.begin, row + run.end, run.component + 1);
    }
}

int join_components(std::int32_t* labels, Shape shape, int count, const double spacing[3], double gap_mm) {
    const std::vector<Offset> offsets = near_offsets(shape, spacing, gap_mm);
    if (count < 2 || offsets.empty()) return count;
    DisjointSets sets(count);
    const std::size_t row = std::size_t(shape.i), plane = row * std::size_t(shape.j);
    for (int k = 0; k < shape.k; ++k) {
        for (int j = 0; j < shape.j; ++j) {
            for (int i = 0; i < shape.i; ++i) {
                const std::int32_t here = labels[k * plane + j * row + i];
                if (here == 0 || is_inner(labels, shape, k, j, i)) continue;
                for (const Offset& step : offsets) {
                    const int nk = k + step.k, nj = j + step.j, ni = i + step.i;
                    if (nk >= shape.k || nj < 0 || nj >= shape.j || ni < 0 || ni >= shape.i) continue;
                    const std::int32_t there = labels[nk * plane + nj * row + ni];
                    if (there != 0 && there != here) sets.unite(here - 1, there - 1);
                }
            }
        }
    }
    std::vector<int> numbers;
    const int joined = sets.number(numbers);
    for (std::size_t v = 0; v < shape.size(); ++v) {
        if (labels[v] != 0) labels[v] = numbers[std::size_t(labels[v] - 1)] + 1;
    }
    return joined;
}

}  // namespace oncometry
