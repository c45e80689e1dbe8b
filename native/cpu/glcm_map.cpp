// Co-occurrence around every voxel: the levels of its neighborhood get numbers of their own, so that the table of
// pairs is small and is emptied by the list of its cells.
#include <limits>

#include "directional.hpp"
#include "glcm.hpp"

namespace oncometry {
namespace {

constexpr double kOutside = std::numeric_limits<double>::quiet_NaN();

// The part of the neighborhood (2 rk + 1, 2 rj + 1, 2 ri + 1) of one voxel that lies in the region.
class Neighborhood {
  public:
    Neighborhood(const Radii& radii, int levels)
        : radii_(radii), shape_{2 * radii.k + 1, 2 * radii.j + 1, 2 * radii.i + 1}, numbers_(shape_.size()),
          number_of_(std::size_t(levels) + 1) {}

    template <class Level>
    void take(const Levels<Level>& levels, int k, int j, int i) {
        for (std::int32_t level : level_of_) number_of_[std::size_t(level)] = 0;
        level_of_.clear();
        std::size_t at = 0;
        for (int dk = -radii_.k; dk <= radii_.k; ++dk) {
            for (int dj = -radii_.j; dj <= radii_.j; ++dj) {
                for (int di = -radii_.i; di <= radii_.i; ++di) numbers_[at++] = number(levels, k + dk, j + dj, i + di);
            }
        }
        table_.resize(std::max(table_.size(), level_of_.size() * level_of_.size()));
    }

    // Pairs of voxels a step apart, both in the neighborhood, each counted as `weight`.
    void count(Direction d, double weight, bool symmetric) {
        const std::ptrdiff_t step = (std::ptrdiff_t(d.k) * shape_.j + d.j) * shape_.i + d.i;
        for (int k = std::max(0, -d.k); k < std::min(shape_.k, shape_.k - d.k); ++k) {
            for (int j = std::max(0, -d.j); j < std::min(shape_.j, shape_.j - d.j); ++j) {
                const std::int32_t* row = numbers_.data() + (std::size_t(k) * shape_.j + j) * shape_.i;
                for (int i = std::max(0, -d.i); i < std::min(shape_.i, shape_.i - d.i); ++i) {
                    if (row[i] != 0 && row[i + step] != 0) add(row[i] - 1, row[i + step] - 1, weight, symmetric);
                }
            }
        }
    }

    // What was counted, in the order in which it was met; counting then starts anew.
    void empty_into(Cells& cells) {
        cells.clear();
        for (std::size_t cell : met_) {
            cells.push_back({level_of_[cell / level_of_.size()], level_of_[cell % level_of_.size()], table_[cell]});
            table_[cell] = 0.0;
        }
        met_.clear();
    }

  private:
    // 1 + the place of a voxel's level among those met, 0 outside the region.
    template <class Level>
    std::int32_t number(const Levels<Level>& levels, int k, int j, int i) {
        const Shape s = levels.shape;
        if (k < 0 || k >= s.k || j < 0 || j >= s.j || i < 0 || i >= s.i) return 0;
        const Level level = levels.data[(std::size_t(k) * s.j + j) * s.i + i];
        if (level == 0) return 0;
        std::int32_t& number = number_of_[level];
        if (number == 0) {
            level_of_.push_back(level);
            number = std::int32_t(level_of_.size());
        }
        return number;
    }
    void add(std::int32_t a, std::int32_t b, double weight, bool symmetric) {
        if (symmetric && a > b) std::swap(a, b);
        const std::size_t cell = std::size_t(a) * level_of_.size() + std::size_t(b);
        if (table_[cell] == 0.0) met_.push_back(cell);
        table_[cell] += weight;
    }

    Radii radii_;
    Shape shape_;
    std::vector<std::int32_t> numbers_, number_of_, level_of_;
    std::vector<double> table_;
    std::vector<std::size_t> met_;
};

// Memory of one job.
struct Scratch {
    Neighborhood around;
    GlcmMarginals marginals;
    Cells cells;
    std::vector<std::vector<double>> rows;
};

std::vector<double> features_around(const Plan& plan, const GlcmRule& rule, int features, Scratch& scratch) {
    const auto evaluate = [&] {
        scratch.around.empty_into(scratch.cells);
        scratch.rows.push_back(glcm_features(scratch.cells, rule, scratch.marginals));
    };
    scratch.rows.clear();
    for (std::size_t d = 0; d < plan.directions.size(); ++d) {
        scratch.around.count(plan.directions[d], plan.merge ? plan.weights[d] : 1.0, rule.symmetric);
        if (!plan.merge) evaluate();
    }
    if (plan.merge) evaluate();
    return mean_of_rows(scratch.rows, features);
}

}  // namespace

template <class Level>
void glcm_map(const Levels<Level>& levels, const Plan& plan, const GlcmRule& given, const Radii& radii, double* out) {
    const Shape s = levels.shape, inner{s.k - 2, s.j - 2, s.i - 2};
    const int features = kGlcmFeatures + given.pyradiomics;
    GlcmRule rule = given;
    rule.single_level = has_single_level(levels);
    std::fill(out, out + inner.size() * std::size_t(features), kOutside);
    run_jobs(inner.k, plan.threads, [&](int plane) {
        Scratch scratch{Neighborhood(radii, levels.count), {}, {}, {}};
        for (int j = 0; j < inner.j; ++j) {
            for (int i = 0; i < inner.i; ++i) {
                if (levels.data[(std::size_t(plane + 1) * s.j + j + 1) * s.i + i + 1] == 0) continue;
                scratch.around.take(levels, plane + 1, j + 1, i + 1);
                const std::vector<double> values = features_around(plan, rule, features, scratch);
                const std::size_t at = (std::size_t(plane) * inner.j + j) * inner.i + i;
                for (int f = 0; f < features; ++f) out[std::size_t(f) * inner.size() + at] = values[std::size_t(f)];
            }
        }
    });
}

template void glcm_map(const Levels<std::uint8_t>&, const Plan&, const GlcmRule&, const Radii&, double*);
template void glcm_map(const Levels<std::uint16_t>&, const Plan&, const GlcmRule&, const Radii&, double*);

}  // namespace oncometry
