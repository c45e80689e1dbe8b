#include "glrlm.hpp"

#include "directional.hpp"

namespace oncometry {

template <class Level>
std::vector<double> glrlm(const Levels<Level>& levels, const Plan& plan, bool pyradiomics) {
    const std::vector<Extent> extents = row_extents(levels);
    const auto count = [&](Slab slab, const std::vector<Direction>& directions) {
        std::vector<Cells> cells = count_runs(levels, extents, slab, directions);
        for (std::size_t d = 0; pyradiomics && d < cells.size(); ++d) {
            if (!holds_two(levels.data, levels.shape, directions[d])) cells[d].clear();
        }
        return cells;
    };
    return directional_features(plan, levels.shape, kGlrlmFeatures, count, glrlm_features);
}

template std::vector<double> glrlm(const Levels<std::uint8_t>&, const Plan&, bool);
template std::vector<double> glrlm(const Levels<std::uint16_t>&, const Plan&, bool);

}  // namespace oncometry
