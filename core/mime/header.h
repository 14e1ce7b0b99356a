// Raw header fields: where each stands, its name and its value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailctl::mime {

/// One field. Borrows: the header block it was read from.
struct Field {
    std::string_view name;  ///< empty: the line is no field (RFC 5322 §2.2), such as mbox's "From "
    std::string_view value; ///< after the colon, still folded, without the final line end
    std::string_view raw;   ///< all of its octets, with the final line end

    /// True where the name is this one, ASCII case ignored.
    bool is(std::string_view other) const;
};

/// Goes through a header block, from the first field to the blank line or the end.
///     for (FieldReader reader(block); reader.next();)
///         use(reader.field());
class FieldReader {
public:
    explicit FieldReader(std::string_view header) : rest_(header) {}
    bool next();
    const Field& field() const { return field_; }

private:
    std::string_view rest_;
    Field field_;
};

/// Octets of the header block at the start of `message`, with the blank line that ends it.
std::size_t header_octets(std::string_view message);

/// The value without line ends (RFC 5322 §2.2.3), NULs and blanks at its ends.
std::string unfold(std::string_view value);

/// The value of the first field of that name, still folded.
std::optional<std::string_view> find_field(std::string_view header, std::string_view name);

} // namespace mailctl::mime
