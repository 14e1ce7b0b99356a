// Tables of what waits, by age: what shape, report and top show.
#pragma once

#include <string>
#include <vector>

#include "cmd/queue/queue.h"

namespace mailctl::cmd {

/// The bounds of the ages: 5m, doubled up to 1280m.
const std::vector<milliseconds>& shape_bounds();
/// "5m" to "1280m", "1280m+".
std::vector<std::string> shape_names();

/// What the words and --by choose. Errors: Invalid.
Result<std::vector<store::QueueShape>> read_shape(Context& ctx, const QueueChoice& choice,
                                                  const std::string& by);
/// Writes a table of them; `total`: a first row that sums them up, for people.
void show_shape(Context& ctx, std::string_view schema, const std::string& by,
                const std::vector<store::QueueShape>& rows, bool total);
void add_shape_by(CLI::App& verb, std::string& by);

} // namespace mailctl::cmd
