package dev.sinter.control.compose;

import dev.sinter.control.compose.Service.Mount;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads {@code volumes} and {@code tmpfs}, short and long. */
final class MountReader {

    /** Mount options of the short syntax that ask for nothing here: SELinux labels and Docker Desktop's caching. */
    private static final Set<String> IDLE_OPTIONS =
            Set.of("rw", "z", "Z", "cached", "delegated", "consistent", "nocopy", "rprivate", "private");

    private final Path directory;
    private final String home;
    private final Set<String> volumeNames;
    private final Consumer<String> warnings;

    /** @param volumeNames volumes the file declares */
    MountReader(Path directory, String home, Set<String> volumeNames, Consumer<String> warnings) {
        this.directory = directory;
        this.home = home;
        this.volumeNames = volumeNames;
        this.warnings = warnings;
    }

    List<Mount> volumes(@Nullable Value value) {
        List<Mount> mountList = new ArrayList<>();
        for (Value mount : value == null || value.isNull() ? List.<Value>of() : value.items()) {
            mountList.add(mount instanceof Value.Fields ? longForm(mount) : shortForm(mount));
        }
        return List.copyOf(mountList);
    }

    static Map<String, String> tmpfs(@Nullable Value value) {
        Map<String, String> optionsByPath = new LinkedHashMap<>();
        for (Value mount : value == null || value.isNull() ? List.<Value>of() : value.oneOrMore()) {
            String text = mount.text();
            int colon = text.indexOf(':');
            String target = colon < 0 ? text : text.substring(0, colon);
            optionsByPath.put(requireAbsolute(mount, target), colon < 0 ? "" : text.substring(colon + 1));
        }
        return optionsByPath;
    }

    private Mount shortForm(Value mount) {
        List<String> partList = List.of(mount.text().split(":", -1));
        if (partList.size() == 1) {
            return new Mount(Mount.Kind.VOLUME, null, requireAbsolute(mount, partList.getFirst()), false);
        }
        if (partList.size() > 3 || partList.getFirst().isEmpty()) {
            throw mount.place().unexpected(mount.text(), "[SOURCE:]TARGET[:ro]");
        }
        boolean readOnly = false;
        for (String option : partList.size() == 3 ? partList.get(2).split(",", -1) : new String[0]) {
            readOnly |= option.equals("ro");
            if (!option.equals("ro") && !IDLE_OPTIONS.contains(option)) {
                throw mount.place().unexpected("option " + option, "ro or rw");
            }
        }
        String source = partList.getFirst();
        boolean bind = source.startsWith(".") || source.startsWith("/") || source.startsWith("~");
        return mount(mount, bind ? Mount.Kind.BIND : Mount.Kind.VOLUME, source, partList.get(1), readOnly);
    }

    private Mount longForm(Value mount) {
        Map<String, Value> fieldMap = Keys.MOUNT.check(mount, warnings);
        Value type = fieldMap.get("type");
        Value target = fieldMap.get("target");
        if (type == null || target == null) {
            throw mount.place().unexpected("no `type` or no `target`", "both");
        }
        Value source = fieldMap.get("source");
        Value readOnly = fieldMap.get("read_only");
        boolean isReadOnly = readOnly != null && readOnly.bool();
        String from = source == null ? null : source.text();
        return switch (type.text()) {
            case "bind" -> {
                if (from == null) {
                    throw mount.place().unexpected("no `source`", "the host's path as `source`");
                }
                yield mount(mount, Mount.Kind.BIND, from, target.text(), isReadOnly);
            }
            case "volume" -> mount(mount, Mount.Kind.VOLUME, from, target.text(), isReadOnly);
            case "tmpfs" -> mount(mount, Mount.Kind.TMPFS, null, target.text(), isReadOnly);
            default -> throw type.place().unexpected(type.text(), "bind, volume or tmpfs");
        };
    }

    private Mount mount(Value mount, Mount.Kind kind, @Nullable String source, String target, boolean readOnly) {
        String from = source;
        if (kind == Mount.Kind.BIND && source != null) {
            from = hostPath(mount, source);
        } else if (kind == Mount.Kind.VOLUME && source != null && !volumeNames.contains(source)) {
            throw mount.place()
                    .unexpected(
                            "volume " + source,
                            "declared under the file's own `volumes`, or a path that starts with ./ or /");
        }
        return new Mount(kind, from, requireAbsolute(mount, target), readOnly);
    }

    private String hostPath(Value mount, String source) {
        String expanded = source.equals("~") || source.startsWith("~/") ? home + source.substring(1) : source;
        try {
            return directory.resolve(expanded).normalize().toString();
        } catch (InvalidPathException e) {
            throw mount.place().unexpected(source, "a path of this host");
        }
    }

    private static String requireAbsolute(Value mount, String target) {
        if (!target.startsWith("/")) {
            throw mount.place().unexpected("target `" + target + "`", "an absolute path in the container");
        }
        return target;
    }
}
