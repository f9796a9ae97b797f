package dev.vitrine.features.search;

import dev.vitrine.features.store.VectorLog;
import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Bits;

/**
 * Finds likely neighbours among very many vectors without looking at all: a hierarchical navigable
 * small-world graph (Malkov, Yashunin, 2016) in a Lucene index beside the log of vectors. The log
 * alone counts: the graph gives candidates, says up to where in the log it goes, and is left aside
 * where the log is another.
 */
final class NeighbourGraph implements AutoCloseable {
  private static final String VECTOR = "vector";
  private static final String AT = "at";
  private static final String ID = "id";
  private static final String END = "end";
  private static final String DIGEST = "digest";
  private static final int BUFFERED = 20_000;

  /** Kept here, since a logger that nothing holds forgets its level. */
  private static final Logger VECTORS =
      Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

  static {
    // It advises an incubating module of the JDK at each start.
    VECTORS.setLevel(Level.OFF);
  }

  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final long end;

  private NeighbourGraph(DirectoryReader reader, long end) {
    this.reader = reader;
    this.searcher = new IndexSearcher(reader);
    this.end = end;
  }

  /**
   * Opens the graph of a log.
   *
   * @return null when there is none, or the log was made anew since
   */
  static NeighbourGraph open(Path folder, VectorLog log) {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try {
      DirectoryReader reader = DirectoryReader.open(FSDirectory.open(folder));
      long end = covered(reader.getIndexCommit().getUserData(), log);
      if (end >= 0) {
        return new NeighbourGraph(reader, end);
      }
      reader.close();
      return null;
    } catch (IndexNotFoundException e) {
      return null;
    } catch (IOException e) {
      throw fault(folder, e);
    }
  }

  /** Up to where a graph covers a log; −1 when it is of another. */
  private static long covered(Map<String, String> data, VectorLog log) {
    String end = data.getOrDefault(END, "");
    String digest = data.getOrDefault(DIGEST, "");
    boolean valid = end.matches("\\d{1,18}") && digest.matches("\\d{1,18}");
    return valid && log.digest(Long.parseLong(end)) == Long.parseLong(digest)
        ? Long.parseLong(end)
        : -1;
  }

  private static VitrineException fault(Path folder, IOException e) {
    return new VitrineException(
        "%s: the graph of neighbours can't be used (%s); delete the folder, then index --hnsw"
            .formatted(folder, e.getMessage()),
        e);
  }

  /**
   * Makes the graph cover all of a log. It is whole whenever this ends: the new state counts from
   * the last moment on.
   *
   * @return how many vectors it has
   */
  static int update(Path folder, VectorLog log) {
    try (FSDirectory directory = FSDirectory.open(folder)) {
      Set<Long> present = new HashSet<>();
      boolean goOn = false;
      try (NeighbourGraph before = open(folder, log)) {
        if (before != null) {
          goOn = true;
          present.addAll(before.places());
        }
      }
      IndexWriterConfig config =
          new IndexWriterConfig()
              .setCodec(new WideCodec())
              .setMergeScheduler(new SerialMergeScheduler())
              .setMaxBufferedDocs(BUFFERED)
              .setRAMBufferSizeMB(IndexWriterConfig.DISABLE_AUTO_FLUSH)
              .setOpenMode(
                  goOn ? IndexWriterConfig.OpenMode.APPEND : IndexWriterConfig.OpenMode.CREATE);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (VectorLog.Entry e : log.entries()) {
          if (!present.remove(e.at())) {
            writer.addDocument(document(e, log.vector(e)));
          }
        }
        for (long gone : present) {
          writer.deleteDocuments(new Term(ID, Long.toString(gone)));
        }
        String end = Long.toString(log.end());
        String digest = Long.toString(log.digest(log.end()));
        writer.setLiveCommitData(Map.of(END, end, DIGEST, digest).entrySet());
        writer.commit();
      }
      return log.entries().size();
    } catch (IOException e) {
      throw fault(folder, e);
    }
  }

  private static Document document(VectorLog.Entry entry, float[] vector) {
    Document document = new Document();
    document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
    document.add(new NumericDocValuesField(AT, entry.at()));
    document.add(new StringField(ID, Long.toString(entry.at()), Field.Store.NO));
    return document;
  }

  /** Where in the log the graph's vectors end; later ones it doesn't know. */
  long end() {
    return end;
  }

  private List<Long> places() throws IOException {
    List<Long> out = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      NumericDocValues at = leaf.reader().getNumericDocValues(AT);
      Bits live = leaf.reader().getLiveDocs();
      while (at != null && at.nextDoc() != NumericDocValues.NO_MORE_DOCS) {
        if (live == null || live.get(at.docID())) {
          out.add(at.longValue());
        }
      }
    }
    return out;
  }

  /** Places in the log of about the {@code k} nearest to a vector of length 1. */
  List<Long> candidates(float[] query, int k) {
    try {
      List<Long> out = new ArrayList<>();
      for (ScoreDoc hit : searcher.search(new KnnFloatVectorQuery(VECTOR, query, k), k).scoreDocs) {
        for (LeafReaderContext leaf : reader.leaves()) {
          int doc = hit.doc - leaf.docBase;
          if (doc >= 0 && doc < leaf.reader().maxDoc()) {
            NumericDocValues at = leaf.reader().getNumericDocValues(AT);
            if (at.advanceExact(doc)) {
              out.add(at.longValue());
            }
          }
        }
      }
      return out;
    } catch (IOException e) {
      throw new VitrineException(
          "the graph of neighbours can't be read (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  /** Lucene's codec, for vectors of any length that a model gives. */
  private static final class WideCodec extends FilterCodec {
    private static final int MOST = 1 << 16;

    private final KnnVectorsFormat wide =
        new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return new WideFormat(new Lucene99HnswVectorsFormat());
          }
        };

    WideCodec() {
      super(Codec.getDefault().getName(), Codec.getDefault());
    }

    @Override
    public KnnVectorsFormat knnVectorsFormat() {
      return wide;
    }

    /** Has the name of what it wraps, by which readers find that. */
    private static final class WideFormat extends KnnVectorsFormat {
      private final KnnVectorsFormat format;

      WideFormat(KnnVectorsFormat format) {
        super(format.getName());
        this.format = format;
      }

      @Override
      public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        return format.fieldsWriter(state);
      }

      @Override
      public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        return format.fieldsReader(state);
      }

      @Override
      public int getMaxDimensions(String field) {
        return MOST;
      }
    }
  }
}
