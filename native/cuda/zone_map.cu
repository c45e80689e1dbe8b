#include "run_windows.hpp"
#include "zones_window.hpp"

namespace oncometry::cuda {

std::vector<double> zone_map(const MapRegion& region, const Radii& radii) {
    return run_windows(ZoneWindows{most_keys(radii)}, region, radii, {}, {1.0});
}

}  // namespace oncometry::cuda
