package dev.sinter.merger.transport;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.tar.EntryType;
import dev.sinter.merger.tar.TarEntry;
import dev.sinter.merger.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** Writes what {@code docker load} and {@code podman load} read. */
final class DockerArchiveWriter {

    private DockerArchiveWriter() {}

    /**
     * @param thin leaves the layers that were taken over empty: engines that already have them at this place of the chain
     *     never look inside; others refuse the archive
     */
    static void write(BuiltImage image, String tag, boolean thin, OutputStream target) throws IOException {
        TarWriter tar = new TarWriter(target);
        String config = image.config().digest().hex() + ".json";
        bytes(tar, config, image.config().bytes());
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        Set<String> written = new HashSet<>();
        for (int i = 0; i < image.layers().size(); i++) {
            Layer layer = image.layers().get(i);
            String name = layer.diffId().hex() + ".tar";
            names.add(name);
            if (!written.add(name)) {
                continue;
            }
            if (thin && i < image.reused()) {
                bytes(tar, name, new byte[0]);
            } else {
                try (InputStream data = layer.openTar()) {
                    tar.write(file(name, image.tarBytes().get(i)), data);
                }
            }
        }
        ObjectNode item = Json.object();
        item.put("Config", config);
        item.putArray("RepoTags").add(tag);
        item.set("Layers", names);
        bytes(
                tar,
                DockerArchive.MANIFEST,
                Json.write(JsonNodeFactory.instance.arrayNode().add(item)));
        tar.finish();
    }

    private static void bytes(TarWriter tar, String name, byte[] content) throws IOException {
        tar.write(file(name, content.length), new ByteArrayInputStream(content));
    }

    private static TarEntry file(String name, long size) {
        return new TarEntry(name, EntryType.FILE, 0644, 0, 0, size, 0, 0, "", Collections.emptySortedMap(), 0, null);
    }
}
