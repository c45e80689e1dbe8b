#include "neighborhoods_window.hpp"
#include "run_windows.hpp"

namespace oncometry::cuda {
namespace {

std::vector<Direction> steps_of(const NeighborhoodRule& rule) {
    std::vector<Direction> steps;
    for (const NeighborStep& step : rule.steps) steps.push_back({step.k, step.j, step.i});
    return steps;
}

}  // namespace

std::vector<double> dependence_map(const MapRegion& region, const NeighborhoodRule& rule, const Radii& radii) {
    return run_windows(DependenceWindows{rule.alpha, most_keys(radii)}, region, radii, steps_of(rule), {1.0});
}

std::vector<double> tone_map(const MapRegion& region, const NeighborhoodRule& rule, const Radii& radii) {
    most_keys(radii);
    return run_windows(ToneWindows{rule.lone}, region, radii, steps_of(rule), {1.0});
}

}  // namespace oncometry::cuda
