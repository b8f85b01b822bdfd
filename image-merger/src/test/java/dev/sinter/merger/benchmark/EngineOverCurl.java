package dev.sinter.merger.benchmark;

import dev.sinter.merger.oci.Json;
import dev.sinter.merger.transport.EngineImages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container engine behind its socket, spoken to by {@code curl}: a process start, some 10 ms, in every call. */
final class EngineOverCurl implements EngineImages {

    private final Path socket;

    EngineOverCurl(Path socket) {
        this.socket = socket;
    }

    @Override
    public String idOf(String reference) throws IOException {
        Process process = curl("/images/" + reference + "/json");
        process.getOutputStream().close();
        byte[] answer = process.getInputStream().readAllBytes();
        finish(process, answer);
        return Json.requireText(Json.readObject(answer, "image"), "Id", "image");
    }

    @Override
    public InputStream save(List<String> references) throws IOException {
        Process process = curl("/images/get?names=" + String.join("&names=", references));
        process.getOutputStream().close();
        return process.getInputStream();
    }

    @Override
    public void load(InputStream dockerArchive) throws IOException {
        Process process =
                curl("/images/load", "-X", "POST", "-T", "-", "-H", "Content-Type: application/x-tar", "-H", "Expect:");
        try (OutputStream out = process.getOutputStream()) {
            dockerArchive.transferTo(out);
        }
        finish(process, process.getInputStream().readAllBytes());
    }

    void remove(String reference) throws IOException {
        Process process = curl("/images/" + reference, "-X", "DELETE");
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
    }

    private Process curl(String path, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("curl", "--silent", "--fail-with-body", "--unix-socket", socket.toString()));
        command.addAll(List.of(options));
        command.add("http://engine/v1.41" + path);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void finish(Process process, byte[] answer) throws IOException {
        try {
            if (process.waitFor() != 0) {
                throw new IOException(new String(answer, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        }
    }
}
