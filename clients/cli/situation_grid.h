// Counts of the situation as areas × families. Pure.
#ifndef SAMSYN_CLIENTS_CLI_SITUATION_GRID_H_
#define SAMSYN_CLIENTS_CLI_SITUATION_GRID_H_

#include <samsyn/v1/common.pb.h>

#include <map>
#include <string>

#include "clients/cli/words.h"

namespace samsyn::cli {

class SituationGrid {
 public:
  // Adds to a count. `area`: its name; empty: unlocated.
  void Add(const std::string& area, v1::Family family, int actual, int perceived);
  // What an area is called; else its id stands.
  void Name(const std::string& area, const std::string& display_name) {
    names_[area] = display_name;
  }

  // Lines with a line break each: areas with anything in them by name, unlocated last, then the
  // total. "3 (1)": three actual and one perceived; they are never summed.
  std::string Render(Language language, int width) const;

 private:
  struct Count {
    int actual = 0;
    int perceived = 0;
  };
  using Row = std::map<int, Count>;  // by number of the family
  static std::string TextOf(const Count& count);

  std::map<std::string, Row> rows_;  // by area
  std::map<std::string, std::string> names_;
};

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_SITUATION_GRID_H_
