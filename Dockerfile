# The chat page in a container: docker build -t openstance . && docker run -p 7860:7860 openstance
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    HOME=/home/user OPENSTANCE_CACHE=/data/cache OPENSTANCE_SERVE_FEEDBACK=/data/feedback.sqlite3 \
    GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 HF_HUB_OFFLINE=1

# The same user as on a Space; /data is what outlives the container, if a volume is there.
RUN useradd --create-home --uid 1000 --home-dir /home/user user && mkdir /data && chown 1000:1000 /data

WORKDIR /app
COPY requirements.txt ./
# Plain `torch` of the public index brings gigabytes of CUDA along; for the CPU build alone name its index, as pytorch.org gives it:
# docker build --build-arg TORCH_INDEX=… -t openstance .
ARG TORCH_INDEX=
RUN if [ -n "$TORCH_INDEX" ]; then pip install --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"; fi \
    && pip install -r requirements.txt
COPY app.py LICENSE ./
COPY chatbot ./chatbot
COPY corpus ./corpus
COPY index ./index

USER 1000
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/readyz', timeout=4)"]
CMD ["python", "app.py"]
