// The smallest bodies around points.
#pragma once

#include <array>
#include <vector>

namespace oncometry {

using SpacePoint = std::array<double, 3>;

// Edges of the box of least volume of which one face is normal to one of the directions (of length 1).
std::array<double, 3> oriented_box(const std::vector<SpacePoint>& corners, const std::vector<SpacePoint>& normals);

// Weights, of which the sum is 1, whose weighted mean and covariance are center and shape of the ellipsoid of least
// volume around the points: no point is further than (1 + tolerance) from what is least.
std::vector<double> ellipsoid_weights(const std::vector<SpacePoint>& points, double tolerance);

}  // namespace oncometry
