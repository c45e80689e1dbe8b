// Statistics of the values in every voxel's window, and of their levels.
#include <cmath>
#include <cstring>

#include "statistics.hpp"
#include "windows.hpp"

namespace oncometry {
namespace {

// Memory of one job.
template <class Level>
class WindowStatistics {
public:
    WindowStatistics(const Levels<Level>& levels, const double* values, const Radii& radii)
        : levels_(levels), values_(values), radii_(radii) {}

    const std::vector<double>& of(const Window& window, std::size_t center) {
        gather(center);
        found_.resize(kMappedStatistics);
        const Statistics statistics = describe(inside_.data(), inside_.size());
        std::memcpy(found_.data(), &statistics, sizeof(Statistics));
        const double count = double(inside_.size());
        found_[kStatistics] = count;
        counts_.assign(window.levels().size() + 1, 0);
        for (std::size_t v = 0; v < window.shape().size(); ++v) ++counts_[window.data()[v]];
        double entropy = 0.0, uniformity = 0.0;
        for (std::size_t n = 1; n < counts_.size(); ++n) {
            const double p = double(counts_[n]) / count;
            if (counts_.size() > 2) entropy -= p * std::log2(p);
            uniformity += p * p;
        }
        found_[kStatistics + 1] = entropy;
        found_[kStatistics + 2] = uniformity;
        return found_;
    }

private:
    void gather(std::size_t center) {
        const Shape inner{levels_.shape.k - 2, levels_.shape.j - 2, levels_.shape.i - 2};
        const int i = int(center % std::size_t(inner.i)), row = int(center / std::size_t(inner.i));
        const int j = row % inner.j, k = row / inner.j;
        inside_.clear();
        for (int a = std::max(0, k - radii_.k); a <= std::min(inner.k - 1, k + radii_.k); ++a) {
            for (int b = std::max(0, j - radii_.j); b <= std::min(inner.j - 1, j + radii_.j); ++b) {
                const double* value = values_ + (std::size_t(a) * inner.j + b) * inner.i;
                const std::size_t row_of_levels = std::size_t(a + 1) * levels_.shape.j + b + 1;
                const Level* level = levels_.data + row_of_levels * levels_.shape.i + 1;
                for (int c = std::max(0, i - radii_.i); c <= std::min(inner.i - 1, i + radii_.i); ++c) {
                    if (level[c] != 0) inside_.push_back(value[c]);
                }
            }
        }
    }

    Levels<Level> levels_;
    const double* values_;
    Radii radii_;
    std::vector<double> inside_, found_;
    std::vector<std::uint32_t> counts_;
};

}  // namespace

template <class Level>
void statistics_map(const Levels<Level>& levels, const double* values, const Radii& radii, int threads, double* out,
                    const std::uint8_t* centers) {
    const auto make = [&] {
        return [statistics = WindowStatistics<Level>(levels, values, radii)](
                   const Window& window, std::size_t center) mutable -> const std::vector<double>& {
            return statistics.of(window, center);
        };
    };
    map_windows(levels, centers, radii, 0, threads, kMappedStatistics, make, out);
}

template void statistics_map(const Levels<std::uint8_t>&, const double*, const Radii&, int, double*,
                             const std::uint8_t*);
template void statistics_map(const Levels<std::uint16_t>&, const double*, const Radii&, int, double*,
                             const std::uint8_t*);

}  // namespace oncometry
