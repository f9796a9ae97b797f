package dev.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong gives one line, exit code 2, and no file. */
final class BadUsageTest {
  private static final String DINO = Cli.TINY.resolve("dinov2").toString();
  private static final String CAT = Cli.ROOT.resolve("examples/chelsea.png").toString();

  @TempDir static Path folder;

  static Stream<List<String>> calls() {
    return Stream.of(
            "frobnicate",
            "pca",
            "pca none.png",
            "pca CAT -g 0x0",
            "pca CAT -g 14",
            "pca CAT --nonsense",
            "pca CAT --tier fast",
            "pca CAT --threads 0",
            "pca TEXT",
            "pca CAT -m none",
            "segment CAT",
            "segment CAT -m DINO",
            "classify CAT -m none.onnx",
            "run DINO",
            "run DINO --random x",
            "run DINO --random 1 -g 57x57",
            "run DINO -i nothing=CAT",
            "run DINO -i none.npy",
            "run DINO -i TEXT",
            "run DINO --random 1 --outputs nothing",
            "run TEXT --random 1",
            "inspect none.onnx",
            "inspect TEXT",
            "inspect DINO --stage cooked",
            "inspect",
            "inspect DINO --machine",
            "bench",
            "bench none.onnx",
            "bench TEXT",
            "bench DINO -r 0",
            "bench DINO -w -1",
            "bench DINO --tier quick",
            "bench DINO --threads 0",
            "bench DINO --outputs nothing",
            "bench DINO -g 57x57",
            "bench DINO --dump-code TEXT -r 1",
            "bench DINO -i 2",
            "bench DINO -q 1",
            "bench DINO -b 0",
            "bench DINO -b 99999",
            "bench DINO --throughput -i 0",
            "bench DINO --throughput -i 9999",
            "bench DINO --throughput -q -1",
            "bench DINO --throughput -r 0",
            "bench ONNX -b 3",
            "bench-kernel",
            "bench-kernel conv 1,2,3",
            "bench-kernel gemm 1,2",
            "bench-kernel gemm 0,2,3",
            "bench-kernel gemm 99999999,99999999,9",
            "bench-kernel gemm 1,2,3 --threads 0",
            "simplify TEXT FOLDER/o.onnx",
            "simplify DINO FOLDER/o.onnx",
            "simplify ONNX FOLDER/o.onnx --skip NoSuchRule",
            "simplify ONNX FOLDER/o.onnx --input-shape 3",
            "edit ONNX FOLDER/o.onnx --append argmx",
            "edit ONNX FOLDER/o.onnx --rename nothing=x",
            "edit ONNX FOLDER/o.onnx --set-attribute x",
            "convert DINO FOLDER/o.onnx --opset 3",
            "convert DINO FOLDER/o.onnx --dtype f8",
            "convert ONNX FOLDER/o.safetensors",
            "edit ONNX FOLDER/o.onnx --append-head none.safetensors",
            "edit ONNX FOLDER/o.onnx --append-head TEXT",
            "match CAT",
            "match CAT CAT CAT",
            "match CAT CAT --disparity none.npy",
            "match CAT CAT --lines -1",
            "match CAT CAT -m DINO -o FOLDER/none/x.png",
            "match CAT CAT -m DINO --resample softly",
            "probe",
            "probe train",
            "probe train none",
            "probe train FOLDER",
            "probe train TEXT",
            "probe train FOLDER -o FOLDER",
            "probe train none.npy",
            "probe train none.csv",
            "probe train CAT --rows 1",
            "probe test none.safetensors CAT",
            "probe knn FOLDER FOLDER -k 0",
            "dedupe",
            "dedupe none.txt",
            "dedupe CAT -m DINO --threshold 2",
            "dedupe CAT -m DINO --output patch",
            "dedupe CAT --report FOLDER/x.pdf",
            "curate --seed-set CAT --pool CAT",
            "curate --seed-set CAT --pool CAT -k 0",
            "curate --seed-set CAT --pool none.tar -k 1",
            "curate --seed-set CAT --pool CAT -k 1 --turns nobody",
            "eval",
            "eval classify FOLDER -m DINO",
            "eval classify FOLDER",
            "eval segment FOLDER none -m DINO",
            "eval segment FOLDER FOLDER -m DINO --label-map coco",
            "eval segment FOLDER FOLDER -m DINO --stride 0x1",
            "compare DINO --against none",
            "conformance none.zip",
            "embed",
            "embed none.tar",
            "embed CAT -o FOLDER/o.bin -m DINO",
            "embed CAT --output max",
            "embed CAT -m DINO -b 0",
            "embed FOLDER/nothing.txt",
            "index",
            "index CAT -o FOLDER/o.index -m DINO --output patch",
            "index -o FOLDER/none --delete CAT",
            "search",
            "search none CAT",
            "search TEXT CAT",
            "search TEXT none.png",
            "search TEXT CAT --box 1,2,3",
            "search TEXT CAT --box 100,100,90,120",
            "eval",
            "eval retrieval",
            "eval retrieval --gnd TEXT",
            "eval retrieval --gnd TEXT --images FOLDER",
            "eval retrieval --gnd TEXT --database TEXT",
            "pull no-such-model")
        .map(line -> List.of(line.split(" ")));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void givesOneLine(List<String> words) throws Exception {
    Path text = Files.writeString(folder.resolve("text.onnx"), "hello ".repeat(100));
    Object[] args =
        words.stream()
            .map(w -> w.equals("CAT") ? CAT : w.equals("DINO") ? DINO : w)
            .map(w -> w.equals("TEXT") ? text.toString() : w.replace("FOLDER", folder.toString()))
            .map(w -> w.equals("ONNX") ? DINO + "/model.1x3x56x56.op17.onnx" : w)
            .toArray();
    Cli call = Cli.run(args);
    assertThat(call.err())
        .startsWith("vitrine: error: ")
        .hasLineCount(1)
        .doesNotContain("fault of Vitrine");
    assertThat(call.code()).as(Arrays.toString(args)).isEqualTo(2);
    assertThat(folder.resolve("o.onnx")).doesNotExist();
    assertThat(folder.resolve("o.index")).doesNotExist();
  }
}
