package dev.sinter.merger.fuse;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The runtime that is put into fused images, from this program's resources. */
final class RuntimeFiles {

    private static final String PYTHON = "/dev/sinter/merger/runtimes/python";
    static final String LAUNCHER = "launch.py";

    private RuntimeFiles() {}

    /** Content by path relative to the runtime's directory. */
    static SortedMap<String, byte[]> python() {
        URL launcher = RuntimeFiles.class.getResource(PYTHON + "/" + LAUNCHER);
        if (launcher == null) {
            throw new MergeException(
                    MergeProblem.RUNTIME_MISSING,
                    "runtime: no " + LAUNCHER
                            + " (expected: in this program's resources). Maybe it was built in part.");
        }
        try {
            URI uri = launcher.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    return read(jar.getPath(PYTHON));
                }
            }
            return read(Path.of(uri).resolveSibling(""));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("class loaders give valid addresses", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedMap<String, byte[]> read(Path directory) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String relative = directory.relativize(file).toString().replace('\\', '/');
                if (relative.endsWith(".py")) {
                    files.put(relative, Files.readAllBytes(file));
                }
            }
        }
        return files;
    }
}
