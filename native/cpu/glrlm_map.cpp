// Runs in every voxel's window: each is walked along once, from its first voxel.
#include "directional.hpp"
#include "glrlm.hpp"
#include "windows.hpp"

namespace oncometry {
namespace {

constexpr int kBorder = 1;  // of the windows: a run's ends are found without asking where the window ends

// Counts the runs of one window and one direction at a time; memory of one job.
class RunCounter {
public:
    explicit RunCounter(const Radii& radii) : longest_(std::size_t(2 * std::max({radii.k, radii.j, radii.i}) + 1)) {}

    void count(const Window& window, Direction d, Cells& cells) {
        const Shape& s = window.shape();
        table_.assign(window.levels().size() * longest_, 0);
        const std::ptrdiff_t step = (std::ptrdiff_t(d.k) * s.j + d.j) * s.i + d.i;
        for (const std::uint32_t voxel : window.inside()) add(window.data() + voxel, step);
        cells.clear();
        for (std::size_t c = 0; c < table_.size(); ++c) {
            if (table_[c] == 0) continue;
            cells.push_back({std::int32_t(window.levels()[c / longest_]), std::int32_t(c % longest_) + 1,
                             double(table_[c])});
        }
    }

private:
    void add(const Number* voxel, std::ptrdiff_t step) {
        const Number number = *voxel;
        if (voxel[-step] == number) return;  // not the first of its run
        std::size_t length = 1;
        while (voxel[std::ptrdiff_t(length) * step] == number) ++length;
        ++table_[(number - 1u) * longest_ + length - 1];
    }

    std::size_t longest_;
    std::vector<std::uint32_t> table_;
};

// Memory of one job.
struct Scratch {
    RunCounter runs;
    Cells cells, merged;
    std::vector<std::vector<double>> rows;
};

std::vector<double> features_of(const Window& window, const Plan& plan, bool pyradiomics, Scratch& scratch) {
    scratch.rows.clear();
    scratch.merged.clear();
    for (std::size_t d = 0; d < plan.directions.size(); ++d) {
        if (pyradiomics && !holds_two(window.data(), window.shape(), plan.directions[d])) continue;
        scratch.runs.count(window, plan.directions[d], scratch.cells);
        if (plan.merge) {
            merge_into(scratch.merged, scratch.cells, plan.weights[d]);
        } else {
            scratch.rows.push_back(glrlm_features(scratch.cells));
        }
    }
    if (plan.merge) scratch.rows.push_back(glrlm_features(scratch.merged));
    return mean_of_rows(scratch.rows, kGlrlmFeatures);
}

}  // namespace

template <class Level>
void glrlm_map(const Levels<Level>& levels, const Plan& plan, bool pyradiomics, const Radii& radii, double* out,
               const std::uint8_t* centers) {
    const auto make = [&] {
        return [&, scratch = Scratch{RunCounter(radii), {}, {}, {}}](const Window& window, std::size_t) mutable {
            return features_of(window, plan, pyradiomics, scratch);
        };
    };
    map_windows(levels, centers, radii, kBorder, plan.threads, kGlrlmFeatures, make, out);
}

template void glrlm_map(const Levels<std::uint8_t>&, const Plan&, bool, const Radii&, double*, const std::uint8_t*);
template void glrlm_map(const Levels<std::uint16_t>&, const Plan&, bool, const Radii&, double*, const std::uint8_t*);

}  // namespace oncometry
