package dev.sinter.merger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import dev.sinter.merger.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** An image made of layers written by hand, and the docker archives that hold such images. */
public final class TestImage {

    private final List<byte[]> layers = new ArrayList<>();
    private final ObjectNode run = Json.object();
    private String architecture = "amd64";

    public static TestImage empty() {
        return new TestImage();
    }

    /** On top of the same layers, with its own config. */
    public static TestImage from(TestImage base) {
        TestImage image = new TestImage();
        image.layers.addAll(base.layers);
        image.run.setAll(base.run.deepCopy());
        image.architecture = base.architecture;
        return image;
    }

    public TestImage layer(Tar tar) {
        layers.add(tar.bytes());
        return this;
    }

    public TestImage layer(byte[] tar) {
        layers.add(tar.clone());
        return this;
    }

    public TestImage command(String... words) {
        ArrayNode command = run.putArray("Cmd");
        List.of(words).forEach(command::add);
        return this;
    }

    public TestImage entrypoint(String... words) {
        ArrayNode command = run.putArray("Entrypoint");
        List.of(words).forEach(command::add);
        return this;
    }

    public TestImage environment(String... lines) {
        ArrayNode environment = run.putArray("Env");
        List.of(lines).forEach(environment::add);
        return this;
    }

    public TestImage workingDir(String directory) {
        run.put("WorkingDir", directory);
        return this;
    }

    public TestImage user(String user) {
        run.put("User", user);
        return this;
    }

    public TestImage expose(int port) {
        run.withObject("ExposedPorts").putObject(port + "/tcp");
        return this;
    }

    public TestImage exposeNothing() {
        run.remove("ExposedPorts");
        return this;
    }

    public TestImage stopSignal(String signal) {
        run.put("StopSignal", signal);
        return this;
    }

    public TestImage label(String name, String value) {
        run.withObject("Labels").put(name, value);
        return this;
    }

    public TestImage architecture(String name) {
        architecture = name;
        return this;
    }

    public TestImage volume(String path) {
        run.withObject("Volumes").putObject(path);
        return this;
    }

    public List<byte[]> layers() {
        return List.copyOf(layers);
    }

    public byte[] config() {
        ObjectNode document = Json.object();
        document.put("architecture", architecture);
        document.put("os", "linux");
        document.put("created", "2026-01-02T03:04:05Z");
        document.set("config", run);
        ObjectNode rootfs = document.putObject("rootfs");
        rootfs.put("type", "layers");
        ArrayNode diffIds = rootfs.putArray("diff_ids");
        layers.forEach(layer -> diffIds.add(Digest.of(layer).value()));
        return Json.write(document);
    }

    public String id() {
        return Digest.of(config()).value();
    }

    /** Writes a docker archive of several images; layers they share are in it once. */
    public static Path archive(Path file, Map<String, TestImage> images) {
        Tar archive = new Tar();
        Set<String> written = new HashSet<>();
        ArrayNode manifest = JsonNodeFactory.instance.arrayNode();
        images.forEach((tag, image) -> {
            byte[] config = image.config();
            String name = Digest.of(config).hex() + ".json";
            archive.file(name, config);
            ObjectNode item = manifest.addObject();
            item.put("Config", name);
            item.putArray("RepoTags").add(tag);
            ArrayNode names = item.putArray("Layers");
            for (byte[] layer : image.layers) {
                String layerName = Digest.of(layer).hex() + ".tar";
                names.add(layerName);
                if (written.add(layerName)) {
                    archive.file(layerName, layer);
                }
            }
        });
        archive.file("manifest.json", Json.write(manifest));
        try {
            return Files.write(file, archive.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tar in the making. */
    public static final class Tar {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarWriter writer = new TarWriter(bytes);
        private long mtimeSeconds = 1_700_000_000;
        private int mtimeNanos;

        /** The time of what follows. */
        public Tar at(long seconds, int nanos) {
            mtimeSeconds = seconds;
            mtimeNanos = nanos;
            return this;
        }

        public Tar file(String path, String content) {
            return file(path, content.getBytes(StandardCharsets.UTF_8));
        }

        public Tar file(String path, byte[] content) {
            return file(path, 0644, 0, content);
        }

        public Tar script(String path, String content) {
            return file(path, 0755, 0, content.getBytes(StandardCharsets.UTF_8));
        }

        public Tar file(String path, int mode, long owner, byte[] content) {
            TarEntry entry = entry(path, EntryType.FILE, mode, owner, content.length, "", Collections.emptySortedMap());
            return add(entry, content);
        }

        public Tar file(String path, SortedMap<String, String> xattrs, String content) {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            return add(entry(path, EntryType.FILE, 0755, 0, data.length, "", xattrs), data);
        }

        public Tar directory(String path) {
            return directory(path, 0755, 0);
        }

        public Tar directory(String path, int mode, long owner) {
            return add(entry(path, EntryType.DIRECTORY, mode, owner, 0, "", Collections.emptySortedMap()), new byte[0]);
        }

        public Tar symlink(String path, String target) {
            return add(entry(path, EntryType.SYMLINK, 0777, 0, 0, target, Collections.emptySortedMap()), new byte[0]);
        }

        public Tar hardLink(String path, String target) {
            return add(entry(path, EntryType.HARDLINK, 0644, 0, 0, target, Collections.emptySortedMap()), new byte[0]);
        }

        public Tar whiteout(String path) {
            int slash = path.lastIndexOf('/') + 1;
            return file(path.substring(0, slash) + ".wh." + path.substring(slash), "");
        }

        public Tar opaque(String directory) {
            return file(directory + "/.wh..wh..opq", "");
        }

        public Tar add(TarEntry entry, byte[] data) {
            TarEntry time = new TarEntry(
                    "", entry.type(), 0, 0, 0, 0, mtimeSeconds, mtimeNanos, "", Collections.emptySortedMap(), 0, null);
            try {
                writer.write(entry.withTimeOf(time), new ByteArrayInputStream(data));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        public byte[] bytes() {
            try {
                writer.finish();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }

        public static TarEntry entry(
                String path,
                EntryType type,
                int mode,
                long owner,
                long size,
                String link,
                SortedMap<String, String> xattrs) {
            return new TarEntry(path, type, mode, owner, owner, size, 1_700_000_000, 0, link, xattrs, 0, null);
        }
    }

    /** What a small Python image has: an interpreter and its packages directory. */
    public static TestImage python() {
        Tar tar = new Tar()
                .directory("app")
                .directory("etc")
                .file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33::/:/bin/false\n")
                .file("etc/group", "root:x:0:\nwww:x:33:\n")
                .directory("usr")
                .directory("usr/bin")
                .script("usr/bin/python3.13", "ELF")
                .symlink("usr/bin/python3", "python3.13")
                .directory("usr/lib")
                .directory("usr/lib/python3.13")
                .directory("usr/lib/python3.13/site-packages")
                .file("usr/lib/libc.so.6", "libc")
                .file("usr/lib/ld-linux-x86-64.so.2", "ld")
                .symlink("lib", "usr/lib");
        return new TestImage()
                .layer(tar)
                .environment("PATH=/usr/bin", "LANG=C.UTF-8")
                .workingDir("/app")
                .command("python3", "app.py")
                .expose(8080);
    }

    /** The packages directory of {@link #python()}. */
    public static final String SITE = "usr/lib/python3.13/site-packages";

    /** Adds a distribution of one module. */
    public static Tar distribution(Tar tar, String name, String version, String source, String... requires) {
        StringBuilder metadata =
                new StringBuilder("Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n");
        for (String required : requires) {
            metadata.append("Requires-Dist: ").append(required).append(" (>=1.0)\n");
        }
        String info = SITE + "/" + name + "-" + version + ".dist-info";
        return tar.directory(SITE + "/" + name)
                .file(SITE + "/" + name + "/__init__.py", source)
                .directory(info)
                .file(info + "/METADATA", metadata + "\nText.\n")
                .file(
                        info + "/RECORD",
                        name + "/__init__.py,sha256=x,1\n" + name + "-" + version + ".dist-info/METADATA,,\n");
    }

    public static Map<String, TestImage> named(String firstName, TestImage first, String secondName, TestImage second) {
        Map<String, TestImage> images = new LinkedHashMap<>();
        images.put(firstName, first);
        images.put(secondName, second);
        return images;
    }
}
