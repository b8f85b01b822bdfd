package dev.sinter.control.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SaveImagesCmd;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The engine's images as the merger reads and writes them. Safe for concurrent use. */
final class EngineImageStore implements EngineImages {

    private final DockerClient client;

    EngineImageStore(DockerClient client) {
        this.client = client;
    }

    @Override
    public String idOf(String reference) throws IOException {
        try {
            return String.valueOf(client.inspectImageCmd(reference).exec().getId());
        } catch (DockerException e) {
            throw new IOException(
                    "image " + reference + ": " + String.valueOf(e.getMessage()).strip(), e);
        }
    }

    @Override
    public InputStream save(List<String> references) throws IOException {
        SaveImagesCmd command = client.saveImagesCmd();
        for (String reference : references) {
            int colon = reference.lastIndexOf(':');
            boolean tagged = colon > reference.lastIndexOf('/');
            command = tagged
                    ? command.withImage(reference.substring(0, colon), reference.substring(colon + 1))
                    : command.withImage(reference, "latest");
        }
        try {
            return command.exec();
        } catch (DockerException e) {
            throw new IOException(
                    "images " + references + ": "
                            + String.valueOf(e.getMessage()).strip(),
                    e);
        }
    }

    @Override
    public void load(InputStream dockerArchive) throws IOException {
        try {
            client.loadImageAsyncCmd(dockerArchive).start().awaitMessage();
        } catch (DockerException | DockerClientException e) {
            throw new IOException(
                    "loading an image: " + String.valueOf(e.getMessage()).strip(), e);
        }
    }
}
