#include "glcm_window.hpp"
#include "pairs.hpp"
#include "run_windows.hpp"

namespace oncometry::cuda {

std::vector<double> glcm_map(const MapRegion& region, const Plan& plan, const GlcmRule& given, const Radii& radii) {
    GlcmRule rule = given;
    rule.single_level = has_single_level(Levels<std::uint16_t>{region.levels.data(), region.shape, region.count});
    int pairs = 0;
    for (const Direction& d : plan.directions) {
        const int along = pairs_along(2 * radii.k + 1, 2 * radii.j + 1, 2 * radii.i + 1, d);
        pairs = plan.merge ? pairs + along : std::max(pairs, along);
    }
    const int keys = std::max(most_keys(radii), rule.symmetric ? 2 * pairs : pairs);
    return run_windows(GlcmWindows{rule, plan.merge, keys}, region, radii, plan.directions, weights_of(plan));
}

}  // namespace oncometry::cuda
