#include "run_windows.hpp"
#include "runs_window.hpp"

namespace oncometry::cuda {

std::vector<double> run_map(const MapRegion& region, const Plan& plan, bool pyradiomics,
                            const Radii& radii) {
    const int keys = most_keys(radii) * (plan.merge ? int(plan.directions.size()) : 1);
    return run_windows(RunWindows{plan.merge, pyradiomics, keys}, region, radii, plan.directions, weights_of(plan));
}

}  // namespace oncometry::cuda
